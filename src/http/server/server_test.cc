#include "http/server/server.h"

#include <gtest/gtest.h>

#include <thread>

#include "http/testing/raw_client.h"
#include "http/testing/test_site.h"

namespace rockpool::http {
namespace {

std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

std::string post_chunks(std::string_view path, std::string_view chunks) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

TEST(Server, KeepsTheConnection) {
  TestServer server;
  RawClient client(server.port());

  for (int i = 0; i < 3; ++i) {
    client.send(get("/"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
  }
}

TEST(Server, ClosesWhenAskedTo) {
  TestServer server;
  RawClient client(server.port());
  RawClient old_client(server.port());

  client.send(get("/", "Connection: close\r\n"));
  old_client.send("GET / HTTP/1.0\r\n\r\n");

  EXPECT_TRUE(client.read_to_end().contains("Connection: close\r\n"));
  EXPECT_TRUE(old_client.read_to_end().contains("Connection: close\r\n"));
}

TEST(Server, KeepsAnHttp10ConnectionThatAsksForIt) {
  TestServer server;
  RawClient client(server.port());

  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(client.read_answer().contains("Connection: keep-alive\r\n"));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  RawClient client(server.port());

  client.send(get("/") + get("/chunked") + post("/echo-whole", "one") + get("/async") +
              post("/echo", "two") + get("/"));

  EXPECT_EQ(body_of(client.read_answer()), "hello");
  EXPECT_EQ(dechunked(body_of(client.read_answer())), "helloworld");
  EXPECT_EQ(body_of(client.read_answer()), "one");
  EXPECT_EQ(body_of(client.read_answer()), "waited");
  EXPECT_EQ(body_of(client.read_answer()), "two");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, AnswersThousandsOfPipelinedRequests) {
  TestServer server;
  RawClient client(server.port());
  constexpr int kRequests = 3000;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += get("/");

  std::jthread sender([&] { client.send(requests); });

  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(body_of(client.read_answer()), "hello") << i;
}

TEST(Server, TakesARequestSplitAtEveryByte) {
  TestServer server;
  RawClient client(server.port());
  for (const std::string& request :
       {post("/echo-whole", "body"),
        post_chunks("/echo-whole", "2\r\nbo\r\n2;x\r\ndy\r\n0\r\nT: t\r\n\r\n"),
        post_chunks("/echo", "4\r\nbody\r\n0\r\n\r\n")}) {
    for (std::size_t at = 1; at < request.size(); ++at) {
      client.send(request.substr(0, at));
      std::this_thread::yield();
      client.send(request.substr(at));

      std::string answer = client.read_answer();
      std::string body = body_of(answer);
      if (answer.contains("chunked\r\n")) body = dechunked(body);
      ASSERT_EQ(body, "body") << at << answer;
    }
  }
}

TEST(Server, TakesARequestByteByByte) {
  TestServer server;
  RawClient client(server.port());

  for (char c : post_chunks("/echo-whole", "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n")) {
    client.send(std::string_view(&c, 1));
  }

  EXPECT_EQ(body_of(client.read_answer()), "body");
}

TEST(Server, GivesASmallBodyAtOnce) {
  TestServer server;
  RawClient client(server.port());

  client.send(post_chunks("/echo-whole", "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"));

  EXPECT_TRUE(client.read_answer().contains("X-Buffered: 1\r\n"));
}

TEST(Server, EchoesLargeBodies) {
  TestServer server;
  std::string body(3'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  for (const char* path : {"/echo", "/echo-whole"}) {
    RawClient client(server.port());
    std::jthread sender([&] { client.send(post(path, body) + get("/")); });

    EXPECT_EQ(body_of(client.read_answer()), body) << path;
    EXPECT_EQ(body_of(client.read_answer()), "hello") << path;
  }
}

TEST(Server, EchoesLargeChunkedBodies) {
  TestServer server;
  RawClient client(server.port());
  std::string chunks;
  for (int i = 0; i < 500; ++i) chunks += "400\r\n" + std::string(1024, 'c') + "\r\n";
  std::jthread sender([&] { client.send(post_chunks("/echo", chunks + "0\r\n\r\n") + get("/")); });

  EXPECT_EQ(dechunked(body_of(client.read_answer())), std::string(500 * 1024, 'c'));
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, TakesALargeHead) {
  TestServer server;
  RawClient client(server.port());

  client.send(get("/", "X: " + std::string(60'000, 'x') + "\r\n") + get("/"));

  EXPECT_EQ(body_of(client.read_answer()), "hello");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, HeadGetsTheLengthButNoBody) {
  TestServer server;
  RawClient client(server.port());

  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /chunked HTTP/1.1\r\nHost: a\r\n\r\n" +
              get("/"));

  EXPECT_TRUE(client.read_head().contains("Content-Length: 5\r\n"));
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, SendsContinueWhenTheBodyIsRead) {
  TestServer server;
  RawClient client(server.port());
  std::string request = post("/echo-whole", "body", "Expect: 100-continue\r\n");

  client.send(request.substr(0, request.size() - 4));
  EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body" + get("/"));

  EXPECT_EQ(body_of(client.read_answer()), "body");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, ClosesInsteadOfWaitingForABodyNobodyAskedFor) {
  TestServer server;
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  client.end_sending();

  EXPECT_TRUE(client.read_to_end().contains("Connection: close\r\n"));
}

TEST(Server, DropsASmallBodyThatNobodyRead) {
  TestServer server;
  RawClient client(server.port());

  client.send(post("/", std::string(100'000, 'x')) + get("/"));

  EXPECT_EQ(body_of(client.read_answer()), "hello");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, AnswersAndClosesWhenALargeBodyIsNotRead) {
  TestServer server;
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));
  std::string answer = client.read_answer();

  EXPECT_TRUE(answer.contains("Connection: close\r\n"));
  EXPECT_EQ(body_of(answer), "hello");
}

TEST(Server, StreamsToHttp10UntilTheConnectionEnds) {
  TestServer server;
  RawClient client(server.port());

  client.send("GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  std::string answer = client.read_to_end();

  EXPECT_FALSE(answer.contains("chunked"));
  EXPECT_EQ(body_of(answer), "helloworld");
}

TEST(Server, StreamsWithADeclaredLength) {
  TestServer server;
  RawClient client(server.port());

  client.send(get("/length") + get("/"));

  std::string answer = client.read_answer();
  EXPECT_TRUE(answer.contains("Content-Length: 10\r\n"));
  EXPECT_EQ(body_of(answer), "helloworld");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, ABodyUnlikeItsLengthEndsTheConnection) {
  TestServer server;
  for (const char* path : {"/too-long", "/too-short"}) {
    RawClient client(server.port());
    client.send(get(path) + get("/"));

    std::string answer = client.read_to_end();

    EXPECT_NE(body_of(answer).size(), path == std::string("/too-long") ? 7U : 11U) << path;
    EXPECT_FALSE(answer.contains("Content-Length: 5")) << path;
  }
}

TEST(Server, AnAbortedAnswerHasNoLastChunk) {
  TestServer server;
  for (const char* path : {"/aborts", "/unfinished"}) {
    RawClient client(server.port());
    client.send(get(path) + get("/"));

    EXPECT_EQ(body_of(client.read_to_end()), "7\r\npartial\r\n") << path;
  }
}

TEST(Server, AnAbortedAnswerWithoutFramingIsAReset) {
  TestServer server;
  RawClient client(server.port());

  client.send("GET /aborts HTTP/1.0\r\n\r\n");
  client.read_to_end();

  EXPECT_TRUE(client.was_reset());
}

TEST(Server, AHandlerThatFailsIsAnInternalErrorAndNoMore) {
  TestServer server;
  RawClient client(server.port());

  for (const char* path : {"/throws", "/throws-at-once", "/silent"}) {
    client.send(get(path));
    EXPECT_TRUE(client.read_answer().contains("X-Code: internal\r\n")) << path;
  }
  client.send(get("/"));
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Server, SendsALargeAnswerToASlowReader) {
  TestServer server;
  RawClient client(server.port(), 4096);

  client.send(get("/big") + get("/"));

  EXPECT_EQ(body_of(client.read_answer()).size(), 8'000'000U);
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

struct Smuggled {
  const char* name;
  std::string request;
};

class Smuggling : public testing::TestWithParam<Smuggled> {};

// Whatever follows a request whose end is in doubt must not be taken for another one.
TEST_P(Smuggling, EndsTheConnectionAfterOneError) {
  TestServer server;
  RawClient client(server.port());

  client.send(GetParam().request + get("/"));
  std::string answers = client.read_to_end();

  EXPECT_TRUE(answers.starts_with("HTTP/1.1 400 ")) << answers;
  EXPECT_TRUE(answers.contains("Connection: close\r\n"));
  EXPECT_EQ(answers.find("HTTP/1.1", 1), std::string::npos) << answers;
  EXPECT_FALSE(client.was_reset());
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, Smuggling,
    testing::Values(
        Smuggled{"ClTe",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"},
        Smuggled{"TeCl",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                 "Content-Length: 3\r\n\r\n8\r\nSMUGGLED\r\n0\r\n\r\n"},
        Smuggled{"TeTe",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                 "Transfer-encoding: cow\r\n\r\n0\r\n\r\n"},
        Smuggled{"SpaceBeforeColon",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
        Smuggled{"FoldedTe",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n"
                 " chunked\r\n\r\n0\r\n\r\n"},
        Smuggled{"TwoLengths",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                 "Content-Length: 5\r\n\r\nhello"},
        Smuggled{"BareLfHead", "GET / HTTP/1.1\nHost: a\n\n"},
        Smuggled{"BareLfField",
                 "GET / HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 5\r\n\r\nhello"},
        Smuggled{"ChunkSizeWithSign",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"},
        Smuggled{"ChunkDataTooLong",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"},
        Smuggled{"ChunkBareLf",
                 "POST /echo-whole HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n1;\na\r\n0\r\n\r\n"},
        Smuggled{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        Smuggled{"NoHost", "GET / HTTP/1.1\r\n\r\n"}),
    [](const testing::TestParamInfo<Smuggled>& info) { return info.param.name; });

TEST(Server, RefusesConnect) {
  TestServer server;
  RawClient client(server.port());

  client.send("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n");

  EXPECT_TRUE(client.read_to_end().contains("X-Code: method-not-allowed\r\n"));
}

TEST(Server, RefusesAHeadThatIsTooLarge) {
  TestServer server;
  RawClient client(server.port());

  client.send(get("/", "X: " + std::string(70'000, 'x') + "\r\n"));

  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 431 "));
}

TEST(Server, TwoServersCantShareAPort) {
  TestServer first;
  async::Reactors reactors(2, {});
  TestSite site;

  auto second = make_server(first.server().address(), reactors, site, {});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::Io);
  EXPECT_TRUE(second.error().message().contains(first.server().address()));
}

TEST(Server, EveryReactorAccepts) {
  async::Reactors reactors(3, {});
  TestSite site;
  auto server = make_server("127.0.0.1:0", reactors, site, {});
  ASSERT_TRUE(server);
  auto port = static_cast<std::uint16_t>(
      std::stoul((*server)->address().substr((*server)->address().find(':') + 1)));
  reactors.start();

  for (int i = 0; i < 30; ++i) {
    RawClient client(port);
    client.send(get("/"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
  }

  reactors.stop();
}

TEST(Server, RefusesAnAddressThatIsNone) {
  async::Reactors reactors(1, {});
  TestSite site;

  for (const char* address : {"", "8080", "127.0.0.1", "256.0.0.1:80", "a b:1"}) {
    auto server = make_server(address, reactors, site, {});
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code(), ErrorCode::InvalidArgument) << address;
  }
}

TEST(Server, TellsConnectionsOverTheLimit) {
  ServerOptions options;
  options.connections = std::make_shared<ConnectionLimit>(1);
  TestServer server(options);
  RawClient first(server.port());
  first.send(get("/"));
  first.read_answer();

  RawClient second(server.port());
  std::string refusal = second.read_to_end();

  EXPECT_TRUE(refusal.contains("X-Code: overloaded\r\n")) << refusal;
  first.send(get("/"));
  EXPECT_EQ(body_of(first.read_answer()), "hello");
}

TEST(Server, APlaceIsFreeAgainAfterAConnectionEnds) {
  ServerOptions options;
  options.connections = std::make_shared<ConnectionLimit>(1);
  TestServer server(options);

  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send(get("/", "Connection: close\r\n"));
    // The server gives the place back before the client can see the end.
    EXPECT_EQ(body_of(client.read_to_end()), "hello") << i;
  }
}

}  // namespace
}  // namespace rockpool::http
