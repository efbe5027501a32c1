#include "engine/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::engine {
namespace {

using testing::HasSubstr;

TEST(Limits, EveryDefaultIsTakenBackAsItsText) {
  Limits defaults;

  for (std::string_view key : limit_keys()) {
    Limits changed = defaults;
    ASSERT_TRUE(set_limit(changed, key, limit_text(defaults, key))) << key;
    EXPECT_EQ(changed, defaults) << key;
  }
}

TEST(Limits, EveryKeySetsItsOwnLimit) {
  Limits limits;

  ASSERT_TRUE(set_limit(limits, "wall", "2m"));
  ASSERT_TRUE(set_limit(limits, "cpu", "250ms"));
  ASSERT_TRUE(set_limit(limits, "memory", "64KiB"));
  ASSERT_TRUE(set_limit(limits, "concurrency", "7"));
  ASSERT_TRUE(set_limit(limits, "queue", "0"));
  ASSERT_TRUE(set_limit(limits, "queue-wait", "0s"));
  ASSERT_TRUE(set_limit(limits, "body", "1KiB"));
  ASSERT_TRUE(set_limit(limits, "response", "5MiB"));
  ASSERT_TRUE(set_limit(limits, "log", "100"));

  EXPECT_EQ(limits, (Limits{.wall = std::chrono::minutes(2),
                            .cpu = std::chrono::milliseconds(250),
                            .memory_bytes = 65536,
                            .concurrency = 7,
                            .queue = 0,
                            .queue_wait = std::chrono::seconds(0),
                            .request_body_bytes = 1024,
                            .response_body_bytes = 5 << 20,
                            .log_bytes_per_second = 100}));
}

TEST(Limits, ResponseIsUnlimitedAgain) {
  Limits limits;
  limits.response_body_bytes = 1;

  ASSERT_TRUE(set_limit(limits, "response", "unlimited"));

  EXPECT_EQ(limits.response_body_bytes, std::nullopt);
  EXPECT_EQ(limit_text(limits, "response"), "unlimited");
}

TEST(Limits, ValuesOutOfRangeChangeNothingAndNameWhatIsAllowed) {
  constexpr std::pair<std::string_view, std::string_view> kBad[] = {
      {"wall", "0s"},       {"wall", "25h"},        {"wall", "30"},         {"cpu", "-1s"},
      {"cpu", "1us"},       {"memory", "1"},        {"memory", "5GiB"},     {"concurrency", "0"},
      {"concurrency", "x"}, {"concurrency", "1.5"}, {"queue", "1000001"},   {"queue", ""},
      {"queue-wait", "2h"}, {"body", "-1"},         {"response", "never"},  {"log", "2GiB"},
      {"memory", "1 MiB"},  {"queue", "12 "},       {"concurrency", "+12"},
  };
  for (auto [key, value] : kBad) {
    Limits limits;

    auto set = set_limit(limits, key, value);

    ASSERT_FALSE(set) << key << "=" << value;
    EXPECT_EQ(set.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(set.error().message(), HasSubstr(key));
    EXPECT_THAT(set.error().message(), HasSubstr(": it takes a "));
    EXPECT_EQ(limits, Limits());
  }
}

TEST(Limits, AnUnknownKeyNamesTheNearest) {
  Limits limits;

  auto set = set_limit(limits, "memmory", "1MiB");

  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code(), ErrorCode::UnknownField);
  EXPECT_THAT(set.error().message(), HasSubstr("did you mean 'memory'?"));
}

TEST(Limits, ACallLowersWhatIsItsOwn) {
  Limits own;
  own.wall = std::chrono::seconds(10);
  own.response_body_bytes = 100;
  Limits wanted = highest_limits();
  wanted.cpu = std::chrono::milliseconds(20);
  wanted.wall = std::chrono::seconds(11);
  wanted.concurrency = 1;
  wanted.response_body_bytes = 1000;

  Limits low = lowered(own, wanted);

  Limits expected = own;
  expected.cpu = wanted.cpu;
  EXPECT_EQ(low, expected);
}

TEST(Limits, ACallMayBoundAnUnlimitedResponse) {
  Limits wanted = highest_limits();
  wanted.response_body_bytes = 7;

  EXPECT_EQ(lowered({}, wanted).response_body_bytes, 7U);
  EXPECT_EQ(lowered({}, highest_limits()), Limits());
}

TEST(Limits, TheHighestCanBeSet) {
  Limits limits;
  for (std::string_view key : limit_keys())
    EXPECT_TRUE(set_limit(limits, key, limit_text(highest_limits(), key))) << key;

  EXPECT_EQ(limits, highest_limits());
}

}  // namespace
}  // namespace rockpool::engine
