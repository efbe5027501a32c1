#include <algorithm>

#include "api/testing/control_fixture.h"

namespace rockpool::api {
namespace {

using testing::HasSubstr;

class InvokeCallTest : public ControlTest {};

TEST_F(InvokeCallTest, InvokesAsTheIngressWouldAndTellsWhatItTook) {
  auto exchange = request("POST", "/v1/functions/hello/invoke",
                          R"({"method":"PUT","path":"/hello/a?b=c","body":"text",
                              "headers":[["x-a","1"],["x-a","2"]]})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(platform_.fake_invoker.method, "PUT");
  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/hello/a?b=c");
  EXPECT_EQ(platform_.fake_invoker.request_body, "text");
  EXPECT_EQ(platform_.fake_invoker.authority, "localhost:8080");
  EXPECT_EQ(platform_.fake_invoker.headers.size(), 2U);
  EXPECT_EQ(answer["status"], 200);
  EXPECT_EQ(answer["body"], "hello");
  EXPECT_EQ(answer["duration_us"], 1500);
  EXPECT_EQ(answer["cpu_us"], 700);
  EXPECT_EQ(answer["memory_peak_bytes"], 65536);
  EXPECT_TRUE(answer["logs"].is_array());
}

TEST_F(InvokeCallTest, InvokesAnExportWithArguments) {
  platform_.add("sum", engine::Abi::Typed);
  platform_.fake_invoker.guest.body = "[55]";
  auto exchange = request("POST", "/v1/functions/sum/invoke", R"({"export":"a#b","args":[12,43]})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/sum/a%23b");
  EXPECT_EQ(platform_.fake_invoker.method, "POST");
  EXPECT_EQ(platform_.fake_invoker.request_body, "[12,43]");
  EXPECT_EQ(answer["results"], json::Value::array({55}));
}

TEST_F(InvokeCallTest, InvokesATextFunctionWithArguments) {
  platform_.add("greet", engine::Abi::Json);
  platform_.fake_invoker.guest.body = "Hello!";
  auto exchange = request("POST", "/v1/functions/greet/invoke", R"({"args":{"name":"Ann"}})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(platform_.fake_invoker.path_with_query, "/greet");
  EXPECT_EQ(platform_.fake_invoker.method, "POST");
  EXPECT_EQ(platform_.fake_invoker.request_body, R"({"name":"Ann"})");
  EXPECT_EQ(answer["body"], "Hello!");
  EXPECT_FALSE(answer.contains("results"));
}

TEST_F(InvokeCallTest, ACallCarriesItsLimits) {
  auto exchange = request("POST", "/v1/functions/hello/invoke", R"({"limits":{"cpu":"20ms"}})");

  serve(exchange);

  auto expected = engine::highest_limits();
  expected.cpu = std::chrono::milliseconds(20);
  EXPECT_EQ(platform_.fake_invoker.limits, expected);
}

TEST_F(InvokeCallTest, ALimitThatIsNoneOfACallIsRefused) {
  auto exchange = request("POST", "/v1/functions/hello/invoke", R"({"limits":{"queue":1}})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(exchange.status(), 400);
  EXPECT_EQ(answer["code"], "unknown-field");
}

TEST_F(InvokeCallTest, AnInvokedFunctionsFailureIsItsAnswer) {
  platform_.fake_invoker.guest.failure.emplace(ErrorCode::LimitWall, "out of time");
  auto exchange = request("POST", "/v1/functions/hello/invoke");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(exchange.status(), 200);
  EXPECT_EQ(answer["status"], 504);
  EXPECT_EQ(answer["failure"]["code"], "limit-wall");
  EXPECT_THAT(answer["body"].get<std::string>(), HasSubstr("limit-wall"));
}

TEST_F(InvokeCallTest, BodiesThatAreNoTextAreBase64) {
  platform_.fake_invoker.guest.body = "\xff\xfe";
  auto exchange = request("POST", "/v1/functions/hello/invoke", R"({"body_base64":"//4="})");

  auto answer = body_of(serve(exchange));

  EXPECT_EQ(platform_.fake_invoker.request_body, "\xff\xfe");
  EXPECT_EQ(answer["body_base64"], "//4=");
  EXPECT_FALSE(answer.contains("body"));
}

TEST_F(InvokeCallTest, LogsAreARecordALine) {
  platform_.log->append({.version = 1, .request_id = "r1"}, logs::LogStream::Stderr,
                        Log::Level::Info, "first");
  platform_.log->append({.version = 1, .request_id = "r2"}, logs::LogStream::Stderr,
                        Log::Level::Info, "second");
  auto all = request("GET", "/v1/functions/hello/logs");
  auto last = request("GET", "/v1/functions/hello/logs?tail=1");
  auto one = request("GET", "/v1/functions/hello/logs?request_id=r1");
  auto old = request("GET", "/v1/functions/hello/logs?until=1h");

  EXPECT_EQ(std::ranges::count(serve(all).body(), '\n'), 2);
  EXPECT_EQ(body_of(serve(last))["message"], "second");
  EXPECT_EQ(body_of(serve(one))["message"], "first");
  EXPECT_EQ(serve(old).body(), "");
  EXPECT_EQ(all.field("Content-Type"), "application/x-ndjson");
}

TEST_F(InvokeCallTest, FollowedLogsGoOnUntilTheClientLeaves) {
  auto exchange = request("GET", "/v1/functions/hello/logs?follow=1");

  serve(exchange, [&] {
    platform_.log->append({.version = 1}, logs::LogStream::Stdout, Log::Level::Info, "news");
    auto& context = reactors_[0].context();
    async::asio::post(context, [&] {
      async::asio::post(context,
                        [&] { async::asio::post(context, [&] { exchange.disconnect(); }); });
    });
  });

  EXPECT_EQ(exchange.status(), 200);
  EXPECT_THAT(exchange.body(), HasSubstr("news"));
  EXPECT_TRUE(exchange.is_aborted());
}

}  // namespace
}  // namespace rockpool::api
