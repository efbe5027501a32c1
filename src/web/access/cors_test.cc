#include "web/access/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/fake_exchange.h"

namespace rockpool::web {
namespace {

const std::vector<std::string> kAllowed = {"https://app.example.test"};

TEST(Cors, APreflightOfAnAllowedOriginIsGranted) {
  FakeExchange exchange("OPTIONS", "/hello");
  exchange.with("Origin", "https://app.example.test")
      .with("Access-Control-Request-Method", "PUT")
      .with("Access-Control-Request-Headers", "x-a, x-b");

  ASSERT_TRUE(is_preflight(exchange.request()));
  respond_preflight(exchange, kAllowed, "i");

  EXPECT_EQ(exchange.status(), 204);
  EXPECT_EQ(exchange.field("Access-Control-Allow-Origin"), "https://app.example.test");
  EXPECT_EQ(exchange.field("Access-Control-Allow-Methods"), "PUT");
  EXPECT_EQ(exchange.field("Access-Control-Allow-Headers"), "x-a, x-b");
  EXPECT_EQ(exchange.field("Vary"), "Origin");
}

TEST(Cors, APreflightOfAnotherOriginIsGrantedNothing) {
  FakeExchange exchange("OPTIONS", "/hello");
  exchange.with("Origin", "https://evil.test").with("Access-Control-Request-Method", "PUT");

  respond_preflight(exchange, kAllowed, "i");

  EXPECT_EQ(exchange.status(), 204);
  EXPECT_EQ(exchange.field("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(exchange.field("Access-Control-Allow-Methods"), "");
}

TEST(Cors, OptionsWithoutAQuestionIsNoPreflight) {
  FakeExchange bare("OPTIONS", "/hello");
  FakeExchange get("GET", "/hello");
  get.with("Origin", "https://app.example.test").with("Access-Control-Request-Method", "PUT");

  EXPECT_FALSE(is_preflight(bare.with("Origin", "https://app.example.test").request()));
  EXPECT_FALSE(is_preflight(get.request()));
}

TEST(Cors, TheManifestSaysItNotTheGuest) {
  http::ResponseHead head(200);
  head.with("Access-Control-Allow-Origin", "*");

  grant_origin(head, kAllowed, "https://evil.test");

  EXPECT_FALSE(head.find("Access-Control-Allow-Origin"));
}

TEST(Cors, AStarAllowsEverybodyWithoutVarying) {
  http::ResponseHead head(200);
  const std::vector<std::string> any = {"*"};

  grant_origin(head, any, "https://anybody.test");

  EXPECT_EQ(head.find("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(head.find("Vary"));
}

}  // namespace
}  // namespace rockpool::web
