#include <algorithm>
#include <set>

#include "api/control/control_routes.h"
#include "api/control/openapi.h"
#include "api/testing/control_fixture.h"

namespace rockpool::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  auto document = json::parse(openapi_document());
  ASSERT_TRUE(document);
  std::set<std::string> described;
  for (const auto& [path, item] : document->at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](char c) { return c - 'a' + 'A'; });
      described.insert(upper + " " + path);
    }
  }

  std::set<std::string> routed;
  for (const auto& route : control_routes().routes()) {
    routed.insert(std::string(route.method) + " " + std::string(route.pattern));
  }

  EXPECT_EQ(described, routed);
}

TEST_F(ControlTest, EveryWrongCallGetsItsCodeAndChangesNothing) {
  const std::string function = "/v1/functions/hello";
  struct Case {
    std::string method, target, body, code;
    int status;
  };
  const Case cases[] = {
      {"GET", "/v1/nothing", "", "not-found", 404},
      {"GET", "/", "", "not-found", 404},
      {"DELETE", "/v1/functions", "", "method-not-allowed", 405},
      {"POST", "/metrics", "", "method-not-allowed", 405},
      {"GET", "/v1/functions/absent", "", "function-not-found", 404},
      {"GET", "/v1/functions/Bad!", "", "name-invalid", 422},
      {"GET", "/v1/functions/%zz", "", "invalid-argument", 400},
      {"GET", "/v1/functions?limit=0", "", "invalid-argument", 400},
      {"GET", "/v1/functions?limit=1001", "", "invalid-argument", 400},
      {"GET", "/v1/functions?limit=x", "", "invalid-argument", 400},
      {"GET", "/v1/functions?limt=1", "", "unknown-field", 400},
      {"GET", "/v1/functions?cursor=%2F", "", "invalid-argument", 400},
      {"GET", "/v1/functions?cursor=%", "", "invalid-argument", 400},
      {"GET", "/v1/functions/absent/states", "", "function-not-found", 404},
      {"GET", function + "/states?limit=0", "", "invalid-argument", 400},
      {"GET", function + "/states?cursor=ann", "", "invalid-argument", 400},
      {"GET", function + "/states?key=ann", "", "unknown-field", 400},
      {"GET", function + "/states/@ann", "", "method-not-allowed", 405},
      {"DELETE", function + "/states/ann", "", "invalid-argument", 400},
      {"DELETE", function + "/states/@a%2Fb", "", "invalid-argument", 400},
      {"DELETE", function + "/states/@ann", "", "not-found", 404},
      {"DELETE", "/v1/functions/absent/states/@ann", "", "function-not-found", 404},
      {"PUT", function, "{", "invalid-argument", 400},
      {"PUT", function, "[]", "invalid-argument", 400},
      {"PUT", function, "{}", "invalid-argument", 400},
      {"PUT", function, R"({"module":"sha256:00"})", "invalid-argument", 400},
      {"PATCH", function, R"({"limits":1} x)", "invalid-argument", 400},
      {"PUT", function + "?dry_run=maybe", "{}", "invalid-argument", 400},
      {"PUT", "/v1/functions", R"({"functions":[]})", "invalid-argument", 400},
      {"POST", "/v1/functions", R"({"module":"sha256:"})", "invalid-argument", 400},
      {"POST", "/v1/functions", R"({"origin":{"dialect":"wess","name":"a"}})", "invalid-argument",
       400},
      {"POST", "/v1/functions", R"({"origin":{"dialect":"wess","nam":"a"}})", "invalid-argument",
       400},
      {"PUT", "/v1/functions", R"({"functions":{},"removed":[]})", "unknown-field", 400},
      {"PUT", "/v1/functions", R"({"functions":{"Bad!":{}}})", "name-invalid", 422},
      {"PUT", "/v1/functions", R"({"functions":{},"remove":["Bad!"]})", "name-invalid", 422},
      {"DELETE", "/v1/functions/absent", "", "function-not-found", 404},
      {"DELETE", function + "?data=burn", "", "invalid-argument", 400},
      {"POST", function + "/rollback", R"({"versoin":1})", "unknown-field", 400},
      {"POST", function + "/rollback", R"({"version":"1"})", "invalid-argument", 400},
      {"POST", function + "/rollback", R"({"version":7})", "version-not-found", 404},
      {"POST", function + "/invoke", R"({"arg":[]})", "unknown-field", 400},
      {"POST", function + "/invoke", R"({"args":[],"body":""})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"body_base64":"?"})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"path":"x"})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"path":"/x y"})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"method":"B AD"})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"headers":{"a":"b\r\nc: d"}})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"headers":[["a"]]})", "invalid-argument", 400},
      {"POST", function + "/invoke", R"({"headers":{"Content-Length":"9"}})", "invalid-argument",
       400},
      {"GET", function + "/logs?since=yesterday", "", "invalid-argument", 400},
      {"GET", function + "/logs?tail=-1", "", "invalid-argument", 400},
      {"GET", function + "/logs?follow=maybe", "", "invalid-argument", 400},
      {"GET", "/v1/functions/absent/logs", "", "function-not-found", 404},
      {"GET", "/v1/modules/sha256:00", "", "invalid-argument", 400},
      {"GET", "/v1/modules/" + std::string(kSomeDigest), "", "module-not-found", 404},
      {"POST", "/v1/modules", std::string(1001, 'x'), "module-too-large", 413},
  };
  for (const auto& wrong : cases) {
    auto exchange = request(wrong.method, wrong.target, wrong.body);

    serve(exchange);

    SCOPED_TRACE(wrong.method + " " + wrong.target + " " + wrong.body.substr(0, 60));
    EXPECT_EQ(exchange.status(), wrong.status);
    EXPECT_EQ(body_of(exchange)["code"], wrong.code) << exchange.body();
    EXPECT_EQ(platform_.fake_deployer.writes, 0);
  }
}

TEST_F(ControlTest, NamesTheMethodsThatWouldWork) {
  auto exchange = request("POST", "/v1/functions/hello");

  serve(exchange);

  EXPECT_EQ(exchange.field("Allow"), "GET, HEAD, PUT, PATCH, DELETE");
}

TEST_F(ControlTest, SuggestsTheNearestQueryParameter) {
  auto exchange = request("GET", "/v1/functions?limt=1");

  serve(exchange);

  EXPECT_THAT(body_of(exchange)["detail"].get<std::string>(), HasSubstr("'limit'"));
}

TEST_F(ControlTest, OtherMediaTypesAreRefused) {
  auto exchange = request("PUT", "/v1/functions/hello", "name = 1", "application/toml");

  serve(exchange);

  EXPECT_EQ(exchange.status(), 415);
  EXPECT_EQ(body_of(exchange)["code"], "unsupported-media-type");
}

TEST_F(ControlTest, ShowsAFunctionWithItsTag) {
  auto exchange = request("GET", "/v1/functions/hello");

  auto shown = body_of(serve(exchange));

  EXPECT_EQ(exchange.status(), 200);
  EXPECT_EQ(exchange.field("ETag"), platform_.functions["hello"]->etag());
  EXPECT_EQ(shown["name"], "hello");
  EXPECT_EQ(shown["version"], 1);
  EXPECT_EQ(shown["abi"], "http");
  EXPECT_EQ(shown["url"], "http://localhost:8080/hello");
  EXPECT_EQ(shown["routes"], json::Value::array({"/hello/*"}));
  EXPECT_EQ(shown["limits"]["wall"], "30s");
}

TEST_F(ControlTest, AnUnchangedFunctionIsNotSentAgain) {
  auto exchange = request("GET", "/v1/functions/hello");
  exchange.with("If-None-Match", platform_.functions["hello"]->etag());

  serve(exchange);

  EXPECT_EQ(exchange.status(), 304);
  EXPECT_EQ(exchange.body(), "");
}

TEST_F(ControlTest, ListsPageAfterPageInNameOrder) {
  platform_.add("another");
  std::vector<std::string> names;
  std::string cursor;
  do {
    auto exchange = request("GET", "/v1/functions?limit=2&cursor=" + cursor);
    auto page = body_of(serve(exchange));
    for (const auto& function : page["functions"]) names.push_back(function["name"]);
    cursor = page.value("next", "");
  } while (!cursor.empty());

  EXPECT_THAT(names, ElementsAre("another", "hello", "other"));
}

TEST_F(ControlTest, ReadinessTurnsBeforeTheListenersClose) {
  auto before = request("GET", "/readyz");
  auto after = request("GET", "/readyz");
  auto health = request("GET", "/healthz");

  serve(before);
  draining_ = true;
  serve(after);
  serve(health);

  EXPECT_EQ(before.status(), 200);
  EXPECT_EQ(after.status(), 503);
  EXPECT_EQ(health.status(), 200);
}

TEST_F(ControlTest, AStoppingServerTakesNoCalls) {
  auto exchange = request("GET", "/v1/functions");

  EXPECT_EQ(serve(exchange.set_draining()).status(), 503);
}

TEST_F(ControlTest, OriginPagesAndNamesAreRefused) {
  auto page = request("GET", "/v1/functions");
  auto rebound = request("GET", "/healthz");

  EXPECT_EQ(serve(page.with("Origin", "https://evil.test")).status(), 403);
  EXPECT_EQ(serve(rebound.host("evil.test")).status(), 421);
}

TEST_F(ControlTest, MetricsAreInPrometheusText) {
  auto exchange = request("GET", "/metrics");

  serve(exchange);

  EXPECT_EQ(exchange.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(exchange.body(), HasSubstr("# TYPE rockpool_http_requests_total counter"));
}

}  // namespace
}  // namespace rockpool::api
