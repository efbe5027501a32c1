#include "platform/functions/limits_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::platform {
namespace {

using testing::HasSubstr;

json::Value document(const char* text) {
  return json::parse(text).value();
}

TEST(LimitsJson, AFunctionsComeBack) {
  engine::Limits limits;
  limits.queue = 7;
  limits.response_body_bytes = 1 << 20;

  EXPECT_EQ(limits_from_json(to_json(limits)), limits);
}

TEST(LimitsJson, WhatAFunctionDoesNotSayHasItsDefault) {
  EXPECT_EQ(limits_from_json(document(R"({"wall":null})")), engine::Limits());
}

TEST(LimitsJson, WhatACallDoesNotSayIsAsHighAsCanBe) {
  auto limits = call_limits_from_json(document(R"({"cpu":"20ms","memory":65536,"wall":null})"));

  auto expected = engine::highest_limits();
  expected.cpu = std::chrono::milliseconds(20);
  expected.memory_bytes = 65536;
  EXPECT_EQ(limits, expected);
}

TEST(LimitsJson, ACallHasNoLimitsOfAllCallsTogether) {
  for (const char* key : {"concurrency", "queue", "queue-wait", "log", "cpus"}) {
    auto refused = call_limits_from_json({{key, "1"}});

    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().code(), ErrorCode::UnknownField);
    EXPECT_THAT(refused.error().message(), HasSubstr(std::string("limits.") + key));
  }
}

TEST(LimitsJson, ErrorsNameTheField) {
  EXPECT_THAT(call_limits_from_json(document("[]")).error().message(), HasSubstr("limits"));
  EXPECT_THAT(call_limits_from_json({{"cpu", "fast"}}).error().message(), HasSubstr("limits.cpu"));
  EXPECT_THAT(call_limits_from_json({{"cpu", true}}).error().message(), HasSubstr("limits.cpu"));
  EXPECT_THAT(call_limits_from_json({{"cpus", "1s"}}).error().message(), HasSubstr("'limits.cpu'"));
}

}  // namespace
}  // namespace rockpool::platform
