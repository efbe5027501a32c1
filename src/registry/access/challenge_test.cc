#include "registry/access/challenge.h"

#include <gtest/gtest.h>

namespace rockpool::registry {
namespace {

TEST(Challenge, HasASchemeAndValues) {
  auto challenges = parse_challenges(
      R"(Bearer realm="https://auth.example/token?a=1,2",service="a \"b\"", scope=repository:x:pull)");

  ASSERT_EQ(challenges.size(), 1U);
  EXPECT_EQ(challenges[0].scheme, "bearer");
  EXPECT_EQ(challenges[0].value("realm"), "https://auth.example/token?a=1,2");
  EXPECT_EQ(challenges[0].value("service"), "a \"b\"");
  EXPECT_EQ(challenges[0].value("scope"), "repository:x:pull");
  EXPECT_EQ(challenges[0].value("error"), "");
}

TEST(Challenge, SeveralMayStandInOneField) {
  auto challenges = parse_challenges(R"(Negotiate, BASIC Realm = "r" , Bearer realm="t")");

  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_EQ(challenges[0].scheme, "negotiate");
  EXPECT_EQ(challenges[1].scheme, "basic");
  EXPECT_EQ(challenges[1].value("realm"), "r");
  EXPECT_EQ(challenges[2].value("realm"), "t");
}

TEST(Challenge, StandInFieldsOfAnyCase) {
  http::ClientResponse response{
      .status = 401,
      .fields = {{"www-authenticate", "Basic realm=a"}, {"WWW-Authenticate", "Bearer realm=b"}},
      .body = ""};

  EXPECT_EQ(challenges_of(response).size(), 2U);
}

TEST(Challenge, WhatCantBeReadIsLeftOut) {
  EXPECT_TRUE(parse_challenges("").empty());
  EXPECT_TRUE(parse_challenges("=\"x\"").empty());
  EXPECT_TRUE(parse_challenges("realm=\"x\"").empty());
  ASSERT_EQ(parse_challenges("Bearer realm=\"x").size(), 1U);
  EXPECT_EQ(parse_challenges("Bearer realm=\"x")[0].value("realm"), "");
  EXPECT_EQ(parse_challenges("Bearer realm=\"x\\").size(), 1U);
}

}  // namespace
}  // namespace rockpool::registry
