#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

struct Parsed {
  CgiHead head;
  std::string body;
};

// The answer fed in pieces of `piece_bytes`.
Result<Parsed> parse(std::string_view answer, std::size_t piece_bytes) {
  CgiHeadParser parser;
  std::string body;
  for (std::size_t at = 0; at < answer.size(); at += piece_bytes) {
    std::string_view piece = answer.substr(at, piece_bytes);
    ASSIGN_OR_RETURN(std::size_t taken, parser.feed(piece));
    EXPECT_LE(taken, piece.size());
    body += piece.substr(taken);
  }
  RETURN_IF_ERROR(parser.end());
  return Parsed{parser.take_head(), body};
}

// What the whole answer gives, which is what it gives in any pieces.
Result<Parsed> parse(std::string_view answer) {
  auto whole = parse(answer, answer.size() + 1);
  for (std::size_t piece_bytes : {1, 2, 3, 7}) {
    auto pieces = parse(answer, piece_bytes);
    EXPECT_EQ(pieces.has_value(), whole.has_value()) << piece_bytes;
    if (!pieces || !whole) continue;
    EXPECT_EQ(pieces->body, whole->body);
    EXPECT_EQ(pieces->head.status, whole->head.status);
    EXPECT_EQ(pieces->head.headers, whole->head.headers);
    EXPECT_EQ(pieces->head.local_redirect, whole->head.local_redirect);
  }
  return whole;
}

TEST(CgiHeadParser, ADocumentIsHeadersAndBody) {
  auto parsed = parse("Content-Type: text/plain\nX-Made-By:guest\n\nhello\n\nworld");

  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->head.status, 200);
  EXPECT_THAT(parsed->head.headers,
              ElementsAre(Pair("Content-Type", "text/plain"), Pair("X-Made-By", "guest")));
  EXPECT_EQ(parsed->body, "hello\n\nworld");
}

TEST(CgiHeadParser, BothNewlinesEndLines) {
  auto parsed = parse("Content-Type: text/plain\r\nA: 1\n\r\nbody");

  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->head.headers,
              ElementsAre(Pair("Content-Type", "text/plain"), Pair("A", "1")));
  EXPECT_EQ(parsed->body, "body");
}

TEST(CgiHeadParser, StatusIsANumberAndAReason) {
  auto parsed = parse("status: 404 Not Found\n\n");
  auto bare = parse("Status: 599\r\n\r\n");

  ASSERT_TRUE(parsed && bare);
  EXPECT_EQ(parsed->head.status, 404);
  EXPECT_EQ(parsed->head.reason, "Not Found");
  EXPECT_THAT(parsed->head.headers, IsEmpty());
  EXPECT_EQ(bare->head.status, 599);
  EXPECT_EQ(bare->head.reason, "");
}

TEST(CgiHeadParser, OtherStatusesAreRefused) {
  for (const char* status : {"100", "199 Odd", "600", "20", "2000", "abc", "-200", "+200", "",
                             "20x", "200OK", "0x1", "2 00"}) {
    auto parsed = parse(std::string("Content-Type: a/b\nStatus: ") + status + "\n\n");

    ASSERT_FALSE(parsed) << status;
    EXPECT_EQ(parsed.error().code(), ErrorCode::BadGuestResponse);
    EXPECT_THAT(parsed.error().message(), HasSubstr("from 200 to 599"));
  }
}

TEST(CgiHeadParser, APathAloneIsALocalRedirect) {
  auto parsed = parse("Location: /other?x=1\n\n");
  auto with_type = parse("Content-Type: text/html\nLocation: /other\n\n");

  ASSERT_TRUE(parsed && with_type);
  EXPECT_EQ(parsed->head.local_redirect, "/other?x=1");
  EXPECT_THAT(parsed->head.headers, IsEmpty());
  EXPECT_EQ(with_type->head.local_redirect, "/other");
}

TEST(CgiHeadParser, AnythingElseIsAClientsRedirect) {
  struct Case {
    std::string_view answer;
    int status;
    std::string_view location;
  };
  constexpr Case kCases[] = {
      {"Location: https://example.test/x\n\n", 302, "https://example.test/x"},
      {"Location: //example.test/x\n\n", 302, "//example.test/x"},
      {"Location: /x#part\n\n", 302, "/x#part"},
      {"Status: 303 See Other\nLocation: /x\n\n", 303, "/x"},
      {"Location: /x\nSet-Cookie: a=b\n\n", 302, "/x"},
      {"Status: 201 Created\nLocation: https://example.test/x\n\n", 201, "https://example.test/x"},
  };
  for (const Case& c : kCases) {
    auto parsed = parse(c.answer);

    ASSERT_TRUE(parsed) << c.answer;
    EXPECT_EQ(parsed->head.status, c.status) << c.answer;
    EXPECT_EQ(parsed->head.local_redirect, std::nullopt) << c.answer;
    EXPECT_THAT(parsed->head.headers, testing::Contains(Pair("Location", c.location)));
  }
}

TEST(CgiHeadParser, NoHeaderCanBeSmuggledIn) {
  using namespace std::string_view_literals;
  constexpr std::string_view kBad[] = {"Content-Type: a\rb\n\n"sv,
                                       "Content-Type: a/b\r\r\n\n"sv,
                                       "Content-Type: a\0b\n\n"sv,
                                       "Content-Type: a\x7f\n\n"sv,
                                       "Content-Type: a\x1b[1m\n\n"sv,
                                       "Content-Type : a/b\n\n"sv,
                                       "Content-Type: a/b\n folded\n\n"sv,
                                       ": empty\nStatus: 200\n\n"sv,
                                       "No colon here\n\n"sv,
                                       "Cont\xc3\xa9nt: a\nStatus: 200\n\n"sv,
                                       "Location: /a\rSet-Cookie: x\n\n"sv,
                                       "Location: /a b\n\n"sv,
                                       "Location: /\xc3\xa9\n\n"sv};
  for (std::string_view answer : kBad) {
    auto parsed = parse(answer);

    ASSERT_FALSE(parsed) << answer;
    EXPECT_EQ(parsed.error().code(), ErrorCode::BadGuestResponse);
  }
}

TEST(CgiHeadParser, ABlockSaysWhatItIs) {
  for (const char* answer :
       {"\n", "\r\nbody", "X-A: 1\n\nbody", "Content-Type: a/b", "Content-Type",
        "Content-Type: a/b\n", "", "hello, world\n\n", "Location:\n\n"}) {
    auto parsed = parse(answer);

    ASSERT_FALSE(parsed) << answer;
    EXPECT_EQ(parsed.error().code(), ErrorCode::BadGuestResponse);
  }
}

TEST(CgiHeadParser, WhatMayStandOnceStandsOnce) {
  for (const char* twice : {"Status: 200\nstatus: 200\n\n", "Location: /a\nLocation: /b\n\n",
                            "Content-Type: a/b\ncontent-type: c/d\n\n",
                            "Status: 200\nContent-Length: 1\nContent-Length: 1\n\n",
                            "Status: 200\nContent-Length: -1\n\n"}) {
    EXPECT_FALSE(parse(twice)) << twice;
  }
  EXPECT_TRUE(parse("Status: 200\nSet-Cookie: a=1\nSet-Cookie: b=2\n\n"));
}

TEST(CgiHeadParser, TheConnectionIsTheServers) {
  auto parsed = parse(
      "Status: 200\nConnection: close\nTransfer-Encoding: chunked\nUpgrade: h2c\nKeep-Alive: "
      "1\n\n");

  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->head.headers, IsEmpty());
}

TEST(CgiHeadParser, BlocksAreBounded) {
  std::string long_block = "Status: 200\nX: " + std::string(64 << 10, 'x') + "\n\n";
  std::string endless_line(65 << 10, 'x');
  std::string many = "Status: 200\n";
  for (int i = 0; i < 257; ++i) many += "A: b\n";

  EXPECT_FALSE(parse(long_block, 4096));
  EXPECT_FALSE(parse(endless_line, 4096));
  EXPECT_FALSE(parse(many + "\n"));
}

}  // namespace
}  // namespace rockpool::engine
