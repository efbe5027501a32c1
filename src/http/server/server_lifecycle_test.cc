#include <gtest/gtest.h>

#include <thread>

#include "base/clock.h"
#include "http/server/server.h"
#include "http/testing/raw_client.h"
#include "http/testing/test_site.h"

namespace rockpool::http {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kWait = "GET /waits HTTP/1.1\r\nHost: a\r\n\r\n";

SteadyTime soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

// Every time-out long but the one under test.
ServerOptions quick() {
  ServerOptions options;
  options.sweep = milliseconds(10);
  return options;
}

TEST(Timeouts, ASlowHeadIsToldSo) {
  ServerOptions options = quick();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHos");

  EXPECT_TRUE(client.read_to_end().contains("X-Code: request-timeout\r\n"));
}

TEST(Timeouts, AHeadHasOneTimeHoweverManyBytesCome) {
  ServerOptions options = quick();
  options.head_timeout = milliseconds(100);
  TestServer server(options);
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\n");

  std::jthread dripping([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && client.send("X: y\r\n")) std::this_thread::yield();
  });
  std::string answer = client.read_to_end();
  dripping.request_stop();

  bool is_told = answer.contains("X-Code: request-timeout\r\n") ||
                 answer.contains("X-Code: headers-too-large\r\n");
  EXPECT_TRUE(is_told) << answer;
}

TEST(Timeouts, AConnectionWithoutARequestIsClosed) {
  ServerOptions options = quick();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());

  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Timeouts, AnIdleConnectionIsClosed) {
  ServerOptions options = quick();
  options.idle_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  client.send(kGet);
  EXPECT_EQ(body_of(client.read_answer()), "hello");

  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Timeouts, AStalledBodyFailsTheRead) {
  ServerOptions options = quick();
  options.body_stall_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());

  client.send("POST /echo-whole HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");

  EXPECT_TRUE(client.read_to_end().contains("X-Code: request-timeout\r\n"));
}

TEST(Timeouts, AStalledBodyThatNobodyReadsEndsTheConnection) {
  ServerOptions options = quick();
  options.body_stall_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");

  EXPECT_EQ(body_of(client.read_to_end()), "hello");
}

TEST(Timeouts, AClientThatDoesNotReadIsGivenUp) {
  ServerOptions options = quick();
  options.write_stall_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port(), 4096);

  client.send("GET /floods HTTP/1.1\r\nHost: a\r\n\r\n");
  server.site.write_failed.wait();

  EXPECT_EQ(server.site.failed_code, static_cast<int>(ErrorCode::Timeout));
}

TEST(Disconnect, IsTold) {
  TestServer server;
  RawClient client(server.port());
  client.send(kWait);
  server.site.waiting.wait();

  client.close();

  server.site.client_gone.wait();
}

TEST(Disconnect, IsToldWhileABodyIsUnread) {
  TestServer server;
  RawClient client(server.port());
  client.send("POST /waits HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nhalf");
  server.site.waiting.wait();

  client.close();

  server.site.client_gone.wait();
}

TEST(Disconnect, AHalfClosedClientStillGetsItsAnswer) {
  TestServer server;
  RawClient client(server.port());

  client.send(kWait);
  client.end_sending();

  EXPECT_EQ(body_of(client.read_to_end()), "late");
}

TEST(Disconnect, EndsAWriterThatWaits) {
  TestServer server;
  RawClient client(server.port(), 4096);
  client.send("GET /floods HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 200 "));

  client.close();

  server.site.write_failed.wait();
  EXPECT_EQ(server.site.failed_code, static_cast<int>(ErrorCode::Cancelled));
}

TEST(Drain, StopsAccepting) {
  TestServer server;
  server.server().drain();
  EXPECT_TRUE(server.server().wait(soon()));
  async::Reactors reactors(1, {});
  TestSite site;

  auto successor = make_server(server.server().address(), reactors, site, {});

  EXPECT_TRUE(successor);
}

TEST(Drain, ClosesIdleConnectionsWhenNothingIsInProgress) {
  TestServer server;
  RawClient idle(server.port());
  idle.send(kGet);
  idle.read_answer();

  server.server().drain();

  EXPECT_TRUE(server.server().wait(soon()));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST(Drain, RequestsInProgressEndAndNewOnesHearOfIt) {
  TestServer server;
  RawClient busy(server.port());
  RawClient idle(server.port());
  idle.send(kGet);
  idle.read_answer();
  busy.send(kWait);
  server.site.waiting.wait();

  server.server().drain();
  EXPECT_FALSE(server.server().wait(std::chrono::steady_clock::now()));
  busy.end_sending();

  EXPECT_TRUE(server.server().wait(soon()));
  std::string answer = busy.read_to_end();
  EXPECT_TRUE(answer.contains("Connection: close\r\n"));
  EXPECT_EQ(body_of(answer), "late");
}

TEST(Drain, ARequestOnAnOpenConnectionIsFlagged) {
  TestServer server;
  RawClient busy(server.port());
  RawClient open(server.port());
  open.send(kGet);
  open.read_answer();
  busy.send(kWait);
  server.site.waiting.wait();

  server.server().drain();
  open.send(kGet);
  std::string answer = open.read_to_end();

  EXPECT_EQ(body_of(answer), "draining");
  EXPECT_TRUE(answer.contains("Connection: close\r\n"));
}

TEST(Stop, CancelsWhatHandlersAwait) {
  TestServer server;
  RawClient client(server.port());
  client.send(kWait);
  server.site.waiting.wait();

  server.server().stop();

  server.site.cancelled.wait();
  EXPECT_TRUE(server.server().wait(soon()));
}

TEST(AnswersTogether, AClientThatIsGoneCostsTheOthersNothing) {
  TestServer server(quick());
  auto& [first_hold, second_hold] = server.site.holds;
  RawClient first(server.port());
  RawClient waits(server.port());
  RawClient gone(server.port());
  for (RawClient* client : {&waits, &gone}) {
    client->send(kGet);
    EXPECT_EQ(body_of(client->read_answer()), "hello");  // so both are accepted
  }
  first.send("GET /holds/0 HTTP/1.1\r\nHost: a\r\n\r\n");
  first_hold.begun.wait();

  // Both arrive while the reactor is busy, so that it takes them in one turn.
  waits.send(kGet);
  gone.send("GET /holds/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  first_hold.may_end.tell();
  second_hold.begun.wait();
  gone.reset();
  std::this_thread::sleep_for(milliseconds(1));  // longer than an answer waits for others
  second_hold.may_end.tell();

  EXPECT_EQ(body_of(first.read_answer()), "held");
  EXPECT_EQ(body_of(waits.read_answer()), "hello");
  waits.send(kGet);
  EXPECT_EQ(body_of(waits.read_answer()), "hello");
}

}  // namespace
}  // namespace rockpool::http
