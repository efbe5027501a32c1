#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "metrics/exposition.h"
#include "metrics/registry.h"

namespace rockpool::metrics {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Counter, MergesItsShards) {
  Registry registry(2);
  auto calls = registry.counters({.name = "calls_total", .help = "Calls."}).with({});

  calls->add(0);
  calls->add(1, 2);
  calls->add(registry.shared_shard(), 3);

  EXPECT_EQ(calls->total(), 6U);
  EXPECT_EQ(registry.expose(),
            "# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 6\n");
}

TEST(Counter, LosesNothingBetweenThreads) {
  Registry registry(1);
  auto calls = registry.counters({.name = "calls_total", .help = ""}).with({});
  constexpr std::size_t kThreads = 4, kTimes = 10'000;

  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        for (std::size_t n = 0; n < kTimes; ++n) calls->add(registry.shared_shard());
      });
  }

  EXPECT_EQ(calls->total(), kThreads * kTimes);
}

TEST(Counter, SecondsAreExact) {
  Registry registry(1);
  auto cpu =
      registry.counters({.name = "cpu_seconds_total", .help = "", .unit = Unit::Seconds}).with({});

  cpu->add(0, 1500ms);
  cpu->add(1, 1ns);

  EXPECT_THAT(registry.expose(), HasSubstr("\ncpu_seconds_total 1.500000001\n"));
}

TEST(Gauge, RisesOnOneShardAndFallsOnAnother) {
  Registry registry(2);
  auto in_flight = registry.gauges({.name = "in_flight", .help = ""}).with({});

  in_flight->add(0, 1);
  in_flight->add(1, -1);
  in_flight->add(2, -3);

  EXPECT_EQ(in_flight->total(), -3);
  EXPECT_THAT(registry.expose(), HasSubstr("\nin_flight -3\n"));
}

TEST(Gauge, MayBeAskedAtEachScrape) {
  Registry registry(1);
  double value = 0.25;
  registry.gauge("load", "", [&] { return value; });

  EXPECT_THAT(registry.expose(), HasSubstr("\nload 0.25\n"));
  value = 2;
  EXPECT_THAT(registry.expose(), HasSubstr("\nload 2\n"));
}

TEST(Histogram, BucketsAreCumulativeAndBoundsInclusive) {
  Registry registry(1);
  auto durations =
      registry.histograms({.name = "d", .help = "", .label_names = {"function"}}).with({"f"});

  durations->observe(0, 100us);
  durations->observe(0, 101us);
  durations->observe(1, 30s);
  durations->observe(1, 31s);

  std::string text = registry.expose();
  EXPECT_THAT(text, HasSubstr("# TYPE d histogram\n"));
  EXPECT_THAT(text, HasSubstr("d_bucket{function=\"f\",le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("d_bucket{function=\"f\",le=\"0.00025\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("d_bucket{function=\"f\",le=\"10\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("d_bucket{function=\"f\",le=\"30\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("d_bucket{function=\"f\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("d_sum{function=\"f\"} 61.000201\n"));
  EXPECT_THAT(text, HasSubstr("d_count{function=\"f\"} 4\n"));
  EXPECT_EQ(durations->count(), 4U);
  EXPECT_EQ(durations->sum(), 61s + 201us);
}

TEST(Exposition, EscapesHelpAndLabelValues) {
  Registry registry(1);
  auto& family = registry.counters({.name = "c", .help = "a\\b\nc\"", .label_names = {"x"}});

  family.with({"q\"b\\n\n"})->add(0);

  EXPECT_EQ(registry.expose(),
            "# HELP c a\\\\b\\nc\"\n# TYPE c counter\nc{x=\"q\\\"b\\\\n\\n\"} 1\n");
}

TEST(Exposition, FormatsNumbersAsPrometheusReadsThem) {
  EXPECT_EQ(format_number(1e300 * 1e300), "+Inf");
  EXPECT_EQ(format_number(-1e300 * 1e300), "-Inf");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_seconds(0), "0");
  EXPECT_EQ(format_seconds(1'000'000'000), "1");
  EXPECT_EQ(format_seconds(10'000'000'000), "10");
}

TEST(Family, TheSameLabelsAreTheSameSeries) {
  Registry registry(1);
  auto& family = registry.counters({.name = "c", .help = "", .label_names = {"a", "b"}});

  EXPECT_EQ(family.with({"1", "2"}), family.with({"1", "2"}));
  EXPECT_NE(family.with({"1", "2"}), family.with({"2", "1"}));
}

TEST(Family, RemovedSeriesAreNoLongerShownAndTheirHoldersStaySafe) {
  Registry registry(1);
  auto& family =
      registry.counters({.name = "c", .help = "", .label_names = {"function", "version"}});
  auto old_version = family.with({"f", "1"});
  family.with({"f", "2"})->add(0);

  family.remove({{"function", "f"}, {"version", "1"}});
  old_version->add(0);

  EXPECT_THAT(registry.expose(), Not(HasSubstr("version=\"1\"")));
  EXPECT_THAT(registry.expose(), HasSubstr("c{function=\"f\",version=\"2\"} 1\n"));
}

FamilyOptions capped_at_two() {
  return {.name = "c",
          .help = "",
          .label_names = {"function", "version"},
          .cap = Cap{.label = "function", .max = 2, .blurred = {"version"}}};
}

TEST(Family, FunctionsBeyondTheCapShareOther) {
  Registry registry(1);
  auto& family = registry.counters(capped_at_two());
  family.with({"a", "1"})->add(0);
  family.with({"b", "1"})->add(0);

  family.with({"c", "1"})->add(0);
  family.with({"d", "7"})->add(0);
  family.with({"a", "2"})->add(0);

  EXPECT_EQ(registry.expose(),
            "# HELP c \n# TYPE c counter\n"
            "c{function=\"a\",version=\"1\"} 1\n"
            "c{function=\"a\",version=\"2\"} 1\n"
            "c{function=\"b\",version=\"1\"} 1\n"
            "c{function=\"other\",version=\"other\"} 2\n");
}

TEST(Family, ARemovedFunctionFreesItsPlaceAndTheSharedSeriesStays) {
  Registry registry(1);
  auto& family = registry.counters(capped_at_two());
  family.with({"a", "1"});
  family.with({"a", "2"});
  family.with({"b", "1"});
  family.with({"c", "1"})->add(0);

  family.remove({{"function", "a"}});
  family.remove({{"function", "other"}});
  family.with({"d", "1"})->add(0);

  EXPECT_THAT(registry.expose(), HasSubstr("c{function=\"d\",version=\"1\"} 1\n"));
  EXPECT_THAT(registry.expose(), HasSubstr("c{function=\"other\",version=\"other\"} 1\n"));
}

TEST(Registry, ANameIsGivenOnce) {
  Registry registry(1);
  registry.counters({.name = "c", .help = ""});

  EXPECT_THROW(registry.gauges({.name = "c", .help = ""}), Bug);
  EXPECT_THROW(registry.gauges({.name = "no-dash", .help = ""}), Bug);
}

}  // namespace
}  // namespace rockpool::metrics
