#include "api/ingress/ingress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "api/testing/fake_platform.h"
#include "base/check.h"
#include "json/value.h"
#include "web/testing/fake_exchange.h"

namespace rockpool::api {
namespace {

using testing::Contains;
using testing::Not;
using testing::Pair;
using web::FakeExchange;

class IngressTest : public testing::Test {
 protected:
  IngressTest() { platform_.add("hello"); }

  std::unique_ptr<http::Handler> ingress(std::optional<http::Url> public_url = std::nullopt) {
    IngressWorld world{.platform = platform_,
                       .reactors = reactors_,
                       .ids = ids_,
                       .journal = journal_,
                       .proxies = proxies_,
                       .log = *log_};
    return make_ingress(world, std::move(public_url));
  }

  // As a connection does it; `meanwhile` happens while the handler waits.
  void serve(FakeExchange& exchange, const std::function<void()>& meanwhile = {}) {
    auto handler = ingress();
    if (handler->try_handle(exchange)) return;
    auto& context = exchange.reactor().context();
    async::asio::co_spawn(context, handler->handle(exchange), async::asio::detached);
    if (meanwhile) async::asio::post(context, meanwhile);
    context.run();
  }

  FakePlatform platform_;
  async::Reactors reactors_{1, nullptr};
  metrics::Registry metrics_{1};
  std::unique_ptr<web::AccessLog> access_log_ = web::make_access_log(web::AccessLogFormat::Off, -1);
  std::unique_ptr<Log> log_ = make_stderr_log(LogFormat::Text, Log::Level::Error);
  web::RequestIds ids_{1};
  web::RequestJournal journal_{"ingress", 1, web::make_request_counters(metrics_), *access_log_,
                               system_clock()};
  web::TrustedProxies proxies_;
};

TEST_F(IngressTest, AGuestThatEndsAtOnceIsAnsweredWithoutWaiting) {
  FakeExchange exchange("GET", "/hello/you?a=1");

  EXPECT_TRUE(ingress()->try_handle(exchange));

  EXPECT_EQ(exchange.status(), 200);
  EXPECT_EQ(exchange.body(), "hello");
  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/hello/you?a=1");
  EXPECT_EQ(platform_.fake_invoker.method, "GET");
}

TEST_F(IngressTest, AGuestThatWaitsIsAnsweredLater) {
  platform_.fake_invoker.guest.waits = true;
  FakeExchange exchange("GET", "/hello");

  serve(exchange);

  EXPECT_EQ(exchange.body(), "hello");
  EXPECT_EQ(platform_.fake_invoker.ended, 1);
}

TEST_F(IngressTest, StreamsAndReadsWhatComesInPieces) {
  platform_.fake_invoker.guest.streams = true;
  FakeExchange exchange("POST", "/hello");
  exchange.with_body({"one ", "two"});

  serve(exchange);

  EXPECT_EQ(platform_.fake_invoker.request_body, "one two");
  EXPECT_EQ(exchange.body(), "hello");
  EXPECT_TRUE(exchange.is_complete());
  EXPECT_NE(exchange.field("X-Request-Id"), "");
}

TEST_F(IngressTest, AClientThatGoesAwayEndsItsGuest) {
  platform_.fake_invoker.guest.waits_forever = true;
  FakeExchange exchange("GET", "/hello");

  serve(exchange, [&] { exchange.disconnect(); });

  EXPECT_EQ(platform_.fake_invoker.ended, 1);
  EXPECT_TRUE(exchange.is_aborted());
  EXPECT_THAT(metrics_.expose(), testing::HasSubstr(R"(status="499"} 1)"));
}

TEST_F(IngressTest, KeepsTheCallersIdsIfTheyAreValid) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  FakeExchange exchange("GET", "/hello");
  exchange.with("X-Request-Id", "mine-1").with("traceparent", parent);

  serve(exchange);

  EXPECT_EQ(exchange.field("X-Request-Id"), "mine-1");
  EXPECT_EQ(platform_.fake_invoker.request_id, "mine-1");
  EXPECT_EQ(platform_.fake_invoker.traceparent, parent);
}

TEST_F(IngressTest, MakesIdsWhereTheCallersAreNone) {
  FakeExchange exchange("GET", "/hello");
  exchange.with("X-Request-Id", "not one").with("traceparent", "00-0-0-0");

  serve(exchange);

  EXPECT_TRUE(web::is_request_id(exchange.field("X-Request-Id")));
  EXPECT_EQ(platform_.fake_invoker.request_id, exchange.field("X-Request-Id"));
  EXPECT_TRUE(web::is_traceparent(platform_.fake_invoker.traceparent));
}

TEST_F(IngressTest, WhatNobodyServesIsAProblem) {
  FakeExchange exchange("GET", "/nobody");

  EXPECT_TRUE(ingress()->try_handle(exchange));

  EXPECT_EQ(exchange.status(), 404);
  EXPECT_EQ(json::parse(exchange.body())->at("code"), "function-not-found");
  EXPECT_THAT(metrics_.expose(), testing::HasSubstr(R"(listener="ingress",status="404"} 1)"));
}

TEST_F(IngressTest, AFailedCallIsAProblemWithItsCode) {
  platform_.fake_invoker.guest.failure.emplace(ErrorCode::MethodNotAllowed, "POST only");
  platform_.fake_invoker.guest.allow = "POST";
  FakeExchange exchange("GET", "/hello");

  serve(exchange);

  EXPECT_EQ(exchange.status(), 405);
  EXPECT_EQ(exchange.field("Allow"), "POST");
  EXPECT_EQ(json::parse(exchange.body())->at("detail"), "POST only");
}

TEST_F(IngressTest, AStoppingServerTakesNothingNew) {
  FakeExchange call("GET", "/hello");
  FakeExchange health("GET", "/.well-known/rockpool/health");

  serve(call.set_draining());
  serve(health.set_draining());

  EXPECT_EQ(call.status(), 503);
  EXPECT_EQ(json::parse(call.body())->at("code"), "draining");
  EXPECT_NE(call.field("Retry-After"), "");
  EXPECT_EQ(health.status(), 200);
}

TEST_F(IngressTest, TheControlSessionsCookieStaysBetweenOperatorAndServer) {
  platform_.fake_invoker.guest.head.with("Set-Cookie", "rockpool-session=forged");
  platform_.fake_invoker.guest.head.with("Set-Cookie", "theme=dark");
  FakeExchange exchange("GET", "/hello");
  exchange.with("Cookie", "rockpool-session=secret; theme=dark").with("X-Other", "1");

  serve(exchange);

  EXPECT_THAT(platform_.fake_invoker.headers, Contains(Pair("Cookie", "theme=dark")));
  EXPECT_THAT(platform_.fake_invoker.headers, Contains(Pair("X-Other", "1")));
  EXPECT_EQ(exchange.fields("Set-Cookie"), std::vector<std::string>{"theme=dark"});
}

TEST_F(IngressTest, ACookieFieldWithNothingElseIsLeftOut) {
  FakeExchange exchange("GET", "/hello");
  exchange.with("Cookie", "rockpool-session=secret");

  serve(exchange);

  EXPECT_THAT(platform_.fake_invoker.headers, testing::IsEmpty());
}

TEST_F(IngressTest, PreflightsAreAnsweredWhereTheFunctionAllowsOrigins) {
  platform::FunctionSettings settings;
  settings.cors = {"https://app.test"};
  platform_.add("open", engine::Abi::Http, settings);
  FakeExchange preflight("OPTIONS", "/open");
  preflight.with("Origin", "https://app.test").with("Access-Control-Request-Method", "PUT");
  FakeExchange call("GET", "/open");
  call.with("Origin", "https://app.test");
  FakeExchange closed("OPTIONS", "/hello");
  closed.with("Origin", "https://app.test").with("Access-Control-Request-Method", "PUT");

  serve(preflight);
  serve(call);
  serve(closed);

  EXPECT_EQ(preflight.status(), 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "PUT");
  EXPECT_EQ(call.field("Access-Control-Allow-Origin"), "https://app.test");
  EXPECT_EQ(platform_.fake_invoker.method, "OPTIONS") << "without cors the guest is asked";
  EXPECT_EQ(closed.field("Access-Control-Allow-Origin"), "");
}

TEST_F(IngressTest, ServerNameIsWhatTheClientWroteOrThePublicUrl) {
  FakeExchange plain("GET", "/hello");
  FakeExchange ported("GET", "/hello");
  FakeExchange published("GET", "/hello");

  serve(plain.host("example.test"));
  EXPECT_EQ(platform_.fake_invoker.server_name, "example.test");
  EXPECT_EQ(platform_.fake_invoker.server_port, "80");

  serve(ported.host("[::1]:8080"));
  EXPECT_EQ(platform_.fake_invoker.server_name, "::1");
  EXPECT_EQ(platform_.fake_invoker.server_port, "8080");

  EXPECT_TRUE(ingress(*http::parse_url("https://api.test/"))->try_handle(published));
  EXPECT_EQ(platform_.fake_invoker.server_name, "api.test");
  EXPECT_EQ(platform_.fake_invoker.server_port, "443");
}

TEST_F(IngressTest, AbsoluteTargetsReachGuestsAsPaths) {
  FakeExchange exchange("GET", "/hello?a=1");
  FakeExchange absolute("GET", "http://localhost:8080/hello?a=1");
  absolute.set_path("/hello", "a=1");

  serve(exchange);
  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/hello?a=1");
  serve(absolute);
  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/hello?a=1");
}

TEST_F(IngressTest, TrustedProxiesTellWhoAsks) {
  proxies_ = *web::TrustedProxies::parse(std::vector<std::string>{"127.0.0.1"});
  FakeExchange exchange("GET", "/hello");
  exchange.with("X-Forwarded-For", "192.0.2.7");

  serve(exchange);

  EXPECT_EQ(platform_.fake_invoker.remote_address, "192.0.2.7");
}

TEST_F(IngressTest, WhatNeverReachedAFunctionIsAProblemToo) {
  FakeExchange exchange("GET", "/hello");

  ingress()->refuse(exchange, Error(ErrorCode::HeadersTooLarge, "the head is too large"));

  EXPECT_EQ(exchange.status(), 431);
  EXPECT_EQ(json::parse(exchange.body())->at("code"), "headers-too-large");
}

}  // namespace
}  // namespace rockpool::api
