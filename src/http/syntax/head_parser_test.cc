#include "http/syntax/head_parser.h"

#include <gtest/gtest.h>

#include <boost/beast/http.hpp>
#include <random>

namespace rockpool::http {
namespace {

constexpr HeadLimits kLimits;

struct Case {
  const char* name;
  std::string head;
};

void PrintTo(const Case& shown, std::ostream* out) {
  *out << shown.name;
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

class RefusedHead : public testing::TestWithParam<Case> {};

TEST_P(RefusedHead, IsABadRequest) {
  Request request;

  auto parsed = parse_head(GetParam().head, kLimits, request);

  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), ErrorCode::BadRequest) << parsed.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RefusedHead,
    testing::Values(Case{"EmptyMethod", " / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"MethodNoToken", "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"TabAfterMethod", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"TwoSpacesAfterMethod", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"TwoSpacesAfterTarget", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"SpaceAfterVersion", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
                    Case{"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"NoVersion", "GET /\r\nHost: a\r\n\r\n"},
                    Case{"ControlInTarget", std::string("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n")},
                    Case{"NulInTarget", std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28)},
                    Case{"NonAsciiInTarget", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"FragmentInTarget", "GET /#top HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"RelativeTarget", "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"ForeignScheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"AbsoluteWithoutHost", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"AbsoluteWithUser", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"AsteriskForGet", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"AuthorityForGet", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"ConnectToPath", "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"ConnectWithoutPort", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"Version2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
                    Case{"Version12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
                    Case{"Version09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n"},
                    Case{"LongVersion", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
                    Case{"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n"},
                    Case{"BareLfAfterRequestLine", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
                    Case{"BareCrInRequestLine", "GET / HTTP/1.1\rHost: a\r\n\r\n"},
                    Case{"TwoEmptyLinesBefore", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"BareLfBefore", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
                    Case{"TlsHello", "\x16\x03\x01\x02"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedHead,
    testing::Values(
        Case{"Folded", get("X: a\r\n b\r\n")}, Case{"FoldedByTab", get("X: a\r\n\tb\r\n")},
        Case{"SpaceFirst", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        Case{"SpaceBeforeColon", get("X : a\r\n")}, Case{"TabBeforeColon", get("X\t: a\r\n")},
        Case{"EmptyName", get(": a\r\n")}, Case{"NoColon", get("X\r\n")},
        Case{"NameWithParenthesis", get("X(: a\r\n")}, Case{"NonAsciiName", get("\xc3\xa4: a\r\n")},
        Case{"NulInName", get(std::string("X\0: a\r\n", 7))},
        Case{"NulInValue", get(std::string("X: a\0b\r\n", 8))},
        Case{"ControlInValue", get("X: a\x01\r\n")},
        Case{"DelInValue", get("X: long enough to be scanned by words\x7f\r\n")},
        Case{"ControlFarInValue", get("X: long enough to be scanned\x1f by words\r\n")},
        Case{"BareCrInValue", get("X: a\rb\r\n")}, Case{"BareLfInValue", get("X: a\nY: b\r\n")},
        Case{"BareLfAtEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n"}, Case{"CrCrLf", get("X: a\r\r\n")}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Hosts, RefusedHead,
    testing::Values(Case{"None", "GET / HTTP/1.1\r\n\r\n"}, Case{"Two", get("Host: a\r\n")},
                    Case{"TwoIn10", "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"},
                    Case{"Empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
                    Case{"WithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
                    Case{"WithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
                    Case{"WithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
                    Case{"PortNoNumber", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"},
                    Case{"PortTooLarge", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"},
                    Case{"OnlyPort", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"},
                    Case{"OpenBracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
                    Case{"EmptyBrackets", "GET / HTTP/1.1\r\nHost: []\r\n\r\n"},
                    Case{"BadEscape", "GET / HTTP/1.1\r\nHost: a%2\r\n\r\n"},
                    Case{"NoneButAbsolute", "GET http://a/ HTTP/1.1\r\n\r\n"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedHead,
    testing::Values(
        Case{"BothLengths", get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
        Case{"BothLengthsTheOtherWay", get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")},
        Case{"DifferingLengths", get("Content-Length: 3\r\nContent-Length: 4\r\n")},
        Case{"EqualLengths", get("Content-Length: 3\r\nContent-Length: 3\r\n")},
        Case{"ListOfLengths", get("Content-Length: 3, 3\r\n")},
        Case{"EmptyLength", get("Content-Length:\r\n")},
        Case{"NegativeLength", get("Content-Length: -1\r\n")},
        Case{"SignedLength", get("Content-Length: +1\r\n")},
        Case{"HexLength", get("Content-Length: 0x1\r\n")},
        Case{"LengthWithSpace", get("Content-Length: 1 2\r\n")},
        Case{"LengthTooLarge", get("Content-Length: 18446744073709551616\r\n")},
        Case{"GzipThenChunked", get("Transfer-Encoding: gzip, chunked\r\n")},
        Case{"ChunkedThenGzip", get("Transfer-Encoding: chunked, gzip\r\n")},
        Case{"ChunkedTwice", get("Transfer-Encoding: chunked, chunked\r\n")},
        Case{"ChunkedInTwoFields",
             get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        Case{"ChunkedAndIdentity",
             get("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")},
        Case{"Identity", get("Transfer-Encoding: identity\r\n")},
        Case{"XChunked", get("Transfer-Encoding: xchunked\r\n")},
        Case{"QuotedChunked", get("Transfer-Encoding: \"chunked\"\r\n")},
        Case{"ChunkedWithParameter", get("Transfer-Encoding: chunked;q=1\r\n")},
        Case{"VerticalTabBeforeChunked", get("Transfer-Encoding: \x0b"
                                             "chunked\r\n")},
        Case{"EmptyTransferEncoding", get("Transfer-Encoding:\r\n")},
        Case{"ChunkedIn10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"}),
    case_name);

// The views point into `head`.
Request parsed(std::string_view head) {
  Request request;
  auto size = parse_head(head, kLimits, request);
  EXPECT_TRUE(size) << head;
  if (size) {
    EXPECT_TRUE(*size) << head;
  }
  return request;
}

TEST(HeadParser, TakesTheRequestApart) {
  std::string head =
      "PATCH /a/b%20c?x=1&y HTTP/1.1\r\nHost: example.test:8080\r\nX-A:  b c\t\r\n\r\n";

  Request request = parsed(head);

  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.target, "/a/b%20c?x=1&y");
  EXPECT_EQ(request.path, "/a/b%20c");
  EXPECT_EQ(request.query, "x=1&y");
  EXPECT_EQ(request.host, "example.test:8080");
  EXPECT_EQ(request.find("x-a"), "b c");
  EXPECT_EQ(request.find("absent"), std::nullopt);
  EXPECT_TRUE(request.keep_alive);
  EXPECT_FALSE(request.has_body());
}

TEST(HeadParser, LeavesWhatFollowsTheHead) {
  std::string text = get("") + "GET /next";
  Request request;

  auto size = parse_head(text, kLimits, request);

  EXPECT_EQ(**size, get("").size());
}

TEST(HeadParser, IsIncompleteAtEveryEarlierByte) {
  std::string head =
      "\r\nPOST /x HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 12\r\nX: a value of some "
      "length\r\n\r\n";
  Request request;

  for (std::size_t size = 0; size < head.size(); ++size) {
    auto partial = parse_head(head.substr(0, size), kLimits, request);
    ASSERT_TRUE(partial) << size << partial.error().message();
    EXPECT_EQ(*partial, std::nullopt) << size;
  }
  EXPECT_EQ(**parse_head(head, kLimits, request), head.size());
}

TEST(HeadParser, AnotherTryIsWorthItOnlyWhenTheHeadMayBeWhole) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  for (std::size_t size = 1; size < head.size(); ++size) {
    EXPECT_FALSE(may_hold_whole_head(head.substr(0, size), size - 1)) << size;
  }
  EXPECT_TRUE(may_hold_whole_head(head, head.size() - 1));
  EXPECT_TRUE(may_hold_whole_head(head, 3));
}

TEST(HeadParser, ABareLfIsWorthATryAtOnce) {
  EXPECT_TRUE(may_hold_whole_head("GET / HTTP/1.1\n", 14));
}

TEST(HeadParser, AbsoluteTargetNamesTheHost) {
  std::string_view head = "GET HTTP://b.test:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n";

  Request request = parsed(head);

  EXPECT_EQ(request.host, "b.test:81");
  EXPECT_EQ(request.path, "/p");
  EXPECT_EQ(request.query, "q");
}

TEST(HeadParser, AbsoluteTargetWithoutPathIsTheRoot) {
  std::string_view head = "GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n";

  Request request = parsed(head);

  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query, "q");
}

TEST(HeadParser, AsteriskAndAuthorityForms) {
  EXPECT_EQ(parsed("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path, "*");
  EXPECT_EQ(parsed("CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n").host, "b:443");
}

TEST(HeadParser, AnyTokenIsAMethod) {
  EXPECT_EQ(parsed("get / HTTP/1.1\r\nHost: a\r\n\r\n").method, "get");
  EXPECT_EQ(parsed("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n").method, "M-SEARCH");
}

TEST(HeadParser, ConnectionOptionsDecideKeepAlive) {
  EXPECT_FALSE(parsed(get("Connection: close\r\n")).keep_alive);
  EXPECT_FALSE(parsed(get("Connection: foo , CLOSE\r\n")).keep_alive);
  EXPECT_FALSE(parsed(get("Connection: keep-alive\r\nConnection: close\r\n")).keep_alive);
  EXPECT_TRUE(parsed(get("Connection: closed\r\n")).keep_alive);
  EXPECT_FALSE(parsed("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parsed("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(HeadParser, BodiesAreFramedByLengthOrChunks) {
  EXPECT_EQ(parsed(get("Content-Length: 18446744073709551615\r\n")).content_length,
            std::uint64_t{18446744073709551615U});
  EXPECT_EQ(parsed(get("Content-Length: 007\r\n")).content_length, 7U);
  EXPECT_TRUE(parsed(get("Transfer-Encoding: Chunked\r\n")).chunked);
}

TEST(HeadParser, ExpectCountsOnlyWithABodyAnd11) {
  EXPECT_TRUE(parsed(get("Content-Length: 1\r\nExpect: 100-Continue\r\n")).expects_continue);
  EXPECT_FALSE(parsed(get("Expect: 100-continue\r\n")).expects_continue);
  EXPECT_FALSE(parsed("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
                   .expects_continue);
}

TEST(HeadParser, ValuesMayHoldTabsAndHighBytes) {
  EXPECT_EQ(parsed(get("X: a\tb \xc3\xa4 and some more text\r\n")).find("X"),
            "a\tb \xc3\xa4 and some more text");
  EXPECT_EQ(parsed(get("X: \t \r\n")).find("X"), "");
}

TEST(HeadParser, SeveralContentTypesAreTaken) {
  EXPECT_EQ(parsed(get("Content-Type: a/b\r\nContent-Type: c/d\r\n")).fields.size(), 3U);
}

TEST(HeadParser, TooManyFieldsAreTooLarge) {
  std::string fields;
  for (std::size_t i = 1; i < kLimits.max_fields; ++i) fields += "X: y\r\n";
  Request request;

  EXPECT_TRUE(parse_head(get(fields), kLimits, request));
  auto one_more = parse_head(get(fields + "X: y\r\n"), kLimits, request);

  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code(), ErrorCode::HeadersTooLarge);
}

TEST(HeadParser, TooManyBytesAreTooLargeEvenIfIncomplete) {
  Request request;
  auto head_of = [](std::size_t size) {
    std::size_t around = get("X: \r\n").size();
    return get("X: " + std::string(size - around, 'y') + "\r\n");
  };

  EXPECT_TRUE(parse_head(head_of(kLimits.max_bytes), kLimits, request));
  auto one_more = parse_head(head_of(kLimits.max_bytes + 1), kLimits, request);
  auto endless = parse_head("GET /" + std::string(kLimits.max_bytes, 'a'), kLimits, request);

  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code(), ErrorCode::HeadersTooLarge);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code(), ErrorCode::HeadersTooLarge);
}

// A valid head from a seeded generator.
class HeadWriter {
 public:
  explicit HeadWriter(unsigned seed) : random_(seed) {}

  std::string write() {
    std::string head = pick({"GET", "POST", "DELETE", "PURGE", "x"}) + " /" + text(kPath, 30);
    if (below(2) == 1) head += "?" + text(kPath, 30);
    head +=
        " HTTP/1.1\r\nHost: " + pick({"a", "example.test", "[::1]:80", "10.0.0.1:8080"}) + "\r\n";
    for (unsigned i = below(12); i > 0; --i) {
      head += "X-" + text(kName, 20) + ":" + pick({"", " ", "\t ", "   "}) + text(kPath, 40) +
              pick({"", " ", "\t"}) + "\r\n";
    }
    head += pick({"", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"});
    head += pick({"", "Connection: close\r\n", "Connection: keep-alive\r\n"});
    return head + "\r\n";
  }

 private:
  static constexpr std::string_view kPath = "abcXYZ019-._~!$&'()*+,;=:@/%";
  static constexpr std::string_view kName = "abcXYZ019-._~!$&'*+^`|";

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_()) % limit; }
  std::string pick(std::initializer_list<const char*> choices) {
    return choices.begin()[below(static_cast<unsigned>(choices.size()))];
  }
  std::string text(std::string_view alphabet, unsigned longest) {
    std::string made(1 + below(longest), '\0');
    for (char& c : made) c = alphabet[below(static_cast<unsigned>(alphabet.size()))];
    return made;
  }

  std::mt19937 random_;
};

TEST(HeadParser, ReadsValidHeadsAsBeastDoes) {
  namespace beast = boost::beast::http;
  HeadWriter writer(20240229);
  for (int round = 0; round < 2000; ++round) {
    std::string head = writer.write();
    beast::request_parser<beast::empty_body> beast_parser;
    boost::system::error_code error;
    beast_parser.put(boost::asio::buffer(head), error);
    ASSERT_FALSE(error) << error.message() << "\n" << head;
    const auto& expected = beast_parser.get();

    Request request = parsed(head);

    ASSERT_EQ(request.method, expected.method_string()) << head;
    ASSERT_EQ(request.target, expected.target()) << head;
    ASSERT_EQ(request.keep_alive, expected.keep_alive()) << head;
    ASSERT_EQ(request.chunked, beast_parser.chunked()) << head;
    ASSERT_EQ(request.content_length.has_value(), beast_parser.content_length().has_value());
    std::vector<Field> fields;
    for (const auto& field : expected) {
      fields.push_back({.name = field.name_string(), .value = field.value()});
    }
    ASSERT_EQ(request.fields.size(), fields.size()) << head;
    for (const Field& field : request.fields) {
      auto same = [&](const Field& other) {
        return other.name == field.name && other.value == field.value;
      };
      ASSERT_TRUE(std::ranges::any_of(fields, same)) << field.name << " in " << head;
    }
  }
}

}  // namespace
}  // namespace rockpool::http
