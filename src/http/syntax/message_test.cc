#include "http/syntax/message.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "http/syntax/answer.h"
#include "http/syntax/url.h"

namespace rockpool::http {
namespace {

TEST(ResponseHead, KeepsFieldsInOrder) {
  ResponseHead head(201);
  head.with("Content-Type", "text/plain").with("X-Empty", "").with("x-a", "b: c");

  std::vector<std::string> seen;
  for (Field field : head) seen.push_back(std::string(field.name) + "=" + std::string(field.value));

  EXPECT_EQ(seen, (std::vector<std::string>{"Content-Type=text/plain", "X-Empty=", "x-a=b: c"}));
  EXPECT_EQ(head.find("X-A"), "b: c");
}

TEST(ResponseHead, RemovesEveryFieldOfAName) {
  ResponseHead head;
  head.with("A", "1").with("B", "2").with("a", "3");

  head.remove("A");

  EXPECT_EQ(head.serialized(), "B: 2\r\n");
}

TEST(ResponseHead, RefusesWhatCouldSplitTheAnswer) {
  ResponseHead head;
  std::string nul("a\0b", 3);
  for (std::string value : {std::string("a\r\nB: c"), std::string("a\nb"), std::string("a\rb"), nul,
                            std::string("\x7f"), std::string(" a"), std::string("a\t")}) {
    EXPECT_FALSE(head.add("X", value)) << value;
  }
  for (const char* name : {"", "A B", "A:", "A\r\n", "\xc3\xa4"}) {
    EXPECT_FALSE(head.add(name, "x")) << name;
  }
  EXPECT_EQ(head.serialized(), "");
}

TEST(ResponseHead, FramingIsTheServers) {
  ResponseHead head;

  for (const char* name : {"Content-Length", "transfer-encoding", "CONNECTION", "Keep-Alive",
                           "Trailer", "Upgrade", "Proxy-Connection"}) {
    EXPECT_FALSE(head.add(name, "1")) << name;
  }
  EXPECT_THROW(head.with("Content-Length", "1"), Bug);
}

std::string whole(const ResponseHead& head, std::uint64_t size, Answer::Context context) {
  Answer answer;
  std::string out;
  answer.start_whole(out, head, size, context);
  return out;
}

TEST(Answer, AddsFramingAndDate) {
  ResponseHead head(404);
  head.with("A", "b");

  EXPECT_EQ(whole(head, 3, {.date_line = "Date: now\r\n"}),
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nA: b\r\nContent-Length: 3\r\n\r\n");
}

TEST(Answer, KeepsADateThatIsThere) {
  ResponseHead head;
  head.with("date", "then");

  EXPECT_EQ(whole(head, 0, {.date_line = "Date: now\r\n"}),
            "HTTP/1.1 200 OK\r\ndate: then\r\nContent-Length: 0\r\n\r\n");
}

TEST(Answer, SaysWhetherTheConnectionStays) {
  ResponseHead head;

  EXPECT_NE(whole(head, 0, {.keep_alive = false}).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(whole(head, 0, {.version = Version::Http10}).find("Connection: keep-alive\r\n"),
            std::string::npos);
}

TEST(Answer, NoContentHasNoLength) {
  EXPECT_EQ(whole(ResponseHead(204), 5, {}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(whole(ResponseHead(304), 5, {}), "HTTP/1.1 304 Not Modified\r\n\r\n");
  EXPECT_EQ(whole(ResponseHead(599), 0, {}), "HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n");
}

TEST(Answer, RefusesAnInterimStatus) {
  EXPECT_THROW(whole(ResponseHead(101), 0, {}), Bug);
}

TEST(Answer, HoldsTheBodyToItsDeclaredLength) {
  Answer answer;
  std::string out;
  answer.start(out, ResponseHead(), 5, {});

  EXPECT_TRUE(answer.count(4));
  EXPECT_FALSE(answer.count(2));
  EXPECT_FALSE(answer.finish(out));
  EXPECT_TRUE(answer.count(1));
  EXPECT_TRUE(answer.finish(out));
}

TEST(Url, TakesUrlsApart) {
  auto url = parse_url("https://[::1]:8443/a?b=c");

  ASSERT_TRUE(url);
  EXPECT_TRUE(url->is_https);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a?b=c");
  EXPECT_EQ(url->text(), "https://[::1]:8443/a?b=c");
  EXPECT_EQ(parse_url("HTTP://a")->text(), "http://a/");
  EXPECT_EQ(parse_url("http://a?x")->target, "/?x");
}

TEST(Url, RefusesOthers) {
  for (const char* text :
       {"", "a", "ftp://a/", "http://", "http:///x", "http://a:0/", "http://a:x/", "http://u@a/",
        "http://a/ b", "http://a/#f", "http://a:70000/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, ResolvesWhatAServerRefersTo) {
  Url base = *parse_url("https://a.example:8443/v2/x/blobs/1?q=2");

  auto resolved = [&base](std::string_view reference) {
    auto url = resolve_url(base, reference);
    return url ? url->text() : url.error().message();
  };

  EXPECT_EQ(resolved("http://b.example/c"), "http://b.example/c");
  EXPECT_EQ(resolved("//b.example/c?d"), "https://b.example/c?d");
  EXPECT_EQ(resolved("/c?d=http://e"), "https://a.example:8443/c?d=http://e");
  EXPECT_EQ(resolved("?d"), "https://a.example:8443/v2/x/blobs/1?d");
  EXPECT_EQ(resolved("2"), "https://a.example:8443/v2/x/blobs/2");
  EXPECT_EQ(resolved("#part"), "https://a.example:8443/v2/x/blobs/1?q=2");
}

TEST(Url, RefersToNoOtherKindOfServer) {
  Url base = *parse_url("https://a.example/");

  for (const char* reference : {"ftp://b/c", "file:///etc/passwd", "//", "http://", "/a b"}) {
    EXPECT_FALSE(resolve_url(base, reference)) << reference;
  }
}

TEST(Url, HostAndPort) {
  EXPECT_EQ(parse_host_port("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_host_port("127.0.0.1:8080")->text(), "127.0.0.1:8080");
  for (const char* text : {"", "8080", "a", "a:", ":80", "::1:80", "a:99999"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

TEST(PercentCoding, DecodesAndEncodes) {
  EXPECT_EQ(*percent_decode("a%2Fb+c%20"), "a/b+c ");
  EXPECT_EQ(percent_encode("a/b c~\xc3"), "a%2Fb%20c~%C3");
  for (const char* text : {"%", "%2", "a%2", "%g0", "%0g"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
}

}  // namespace
}  // namespace rockpool::http
