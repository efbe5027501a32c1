#include <gtest/gtest.h>

#include "bridge/bridge.h"
#include "tests/engine/guest_bench.h"

namespace rockpool::engine {
namespace {

using std::chrono::milliseconds;

Ask with_cpu(milliseconds cpu) {
  Ask ask;
  ask.limits.cpu = cpu;
  return ask;
}

Ask with_wall(milliseconds wall) {
  Ask ask;
  ask.limits.wall = wall;
  return ask;
}

class LimitsTest : public testing::Test {
 protected:
  GuestBench bench_{{.instances = 16}};
};

TEST_F(LimitsTest, CpuHoldsWhileAGuestSpinsAnywhere) {
  auto brief = with_cpu(milliseconds(30));

  EXPECT_EQ(bench_.call_http("spins_forever", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_http("spins_in_constructor", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_cgi("cgi_spins", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_cgi("cgi_spins_in_start", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_json("answers_badly", "spins", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_json("text_spins_in_start", "echo", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.call_argv("cgi_spins_in_start", brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.try_out("spins_in_start", Abi::Typed, brief).code(), "limit-cpu");
  EXPECT_EQ(bench_.try_out("spins_in_initialize", Abi::Typed, brief).code(), "limit-cpu");
}

TEST_F(LimitsTest, CpuEndsCloseToTheLimit) {
  Answer answer = bench_.call_http("spins_forever", with_cpu(milliseconds(100)));

  EXPECT_GE(answer.usage.cpu, milliseconds(100));
  // One tick is a millisecond; the rest is for a busy machine.
  EXPECT_LT(answer.usage.cpu, milliseconds(150));
}

TEST_F(LimitsTest, WallHoldsWhileAGuestWaits) {
  auto brief = with_wall(milliseconds(50));
  Ask sleeps = brief;
  sleeps.path = "/?ms=60000";

  EXPECT_EQ(bench_.call_http("sleeps", sleeps).code(), "limit-wall");
  EXPECT_EQ(bench_.call_http("deadlocks_on_its_body", brief).code(), "limit-wall");
}

TEST_F(LimitsTest, AGuestThatOutlivedItsHeadIsEndedToo) {
  Answer answer = bench_.call_http("spins_after_head", with_cpu(milliseconds(30)));

  ASSERT_TRUE(answer.head);
  EXPECT_EQ(answer.head->status, 200);
  EXPECT_EQ(answer.code(), "limit-cpu");
}

TEST_F(LimitsTest, MemoryCountsAllOfAStore) {
  Ask small;
  small.limits.memory_bytes = 8 << 20;

  Answer answer = bench_.call_http("eats_memory", small);

  EXPECT_EQ(answer.code(), "ok");
  EXPECT_LE(answer.usage.peak_memory_bytes, 8U << 20);
  EXPECT_GT(answer.usage.peak_memory_bytes, 7U << 20);
}

TEST_F(LimitsTest, AModuleThatStartsAboveItsMemoryLimitIsRefused) {
  Ask tiny;
  tiny.limits.memory_bytes = 1;

  EXPECT_EQ(bench_.try_out("hello", Abi::Http, tiny).code(), "guest-trap");
}

TEST(ServerMemory, IsSharedByAllInstancesAndGivenBack) {
  GuestBench bench({.instances = 16, .total_memory_bytes = 4 << 20});

  Answer answer = bench.call_http("eats_memory");

  EXPECT_EQ(answer.code(), "ok");
  EXPECT_LE(answer.usage.peak_memory_bytes, 4U << 20);
  EXPECT_EQ(bench.engine().memory_in_use_bytes(), 0U);
}

TEST(ServerMemory, TooLittleForAnotherInstanceIsOverload) {
  GuestBench bench({.instances = 16, .total_memory_bytes = 1});

  EXPECT_EQ(bench.call_http("hello").code(), "overloaded");
}

TEST_F(LimitsTest, AFullPoolIsOverload) {
  GuestBench bench({.instances = 1});
  Ask sleeps;
  sleeps.path = "/?ms=60000";
  HttpRequest request{.method = "GET",
                      .scheme = "http",
                      .authority = "a",
                      .path_with_query = sleeps.path,
                      .headers = {},
                      .content_length = {}};
  auto program = bench.program("sleeps", Abi::Http);
  auto first = bench.engine().start_http(bench.reactor(), program, request, {});

  EXPECT_EQ(bench.call_http("hello").code(), "overloaded");
}

TEST_F(LimitsTest, EveryWayToFailLeavesTheSlotSound) {
  GuestBench bench({.instances = 1});
  for (const char* guest : {"traps", "traps_after_head", "panics", "never_answers", "exits_in_body",
                            "sends_bad_headers"}) {
    (void)bench.call_http(guest);

    Answer after = bench.call_http("hello");

    EXPECT_EQ(after.code(), "ok") << guest;
    EXPECT_EQ(after.body, "Hello, world!") << guest;
  }
}

TEST_F(LimitsTest, ACallThatNobodyWaitsForFreesItsSlot) {
  GuestBench bench({.instances = 1});
  HttpRequest request{.method = "GET",
                      .scheme = "http",
                      .authority = "a",
                      .path_with_query = "/",
                      .headers = {},
                      .content_length = {}};
  auto program = bench.program("spins_forever", Abi::Http);

  bench.engine().start_http(bench.reactor(), program, request, {}).reset();

  Answer after;
  do {
    after = bench.call_http("hello");
  } while (after.code() == "overloaded");
  EXPECT_EQ(after.code(), "ok");
}

TEST_F(LimitsTest, ATextFunctionsMemoryIsMeasuredWithItsArguments) {
  constexpr std::uint64_t kPage = 64 << 10;
  Ask ask;
  ask.limits.memory_bytes = 2 * kPage;

  Answer answer = bench_.call_json("echo_string", "echo_string", ask);

  EXPECT_EQ(answer.code(), "ok");
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(answer.usage.peak_memory_bytes, 2 * kPage);
}

TEST_F(LimitsTest, AReusedInstanceServesCallsThatMayHaveItsMemory) {
  constexpr std::uint64_t kPage = 64 << 10;
  Ask small;
  small.body = "[0]";
  small.limits.memory_bytes = kPage;
  Ask large = small;
  large.body = "[3]";
  large.limits.memory_bytes = 4 * kPage;
  auto pages = [&](const Ask& ask) {
    return bench_.call_typed("grows_memory", "grow", ask, Reuse::Instance).body;
  };

  EXPECT_EQ(pages(small), "[1]");
  EXPECT_EQ(pages(large), "[4]") << "the limit is that of the call, not of the first one";
  EXPECT_EQ(pages(small), "[1]") << "an instance that has more is left alone";
}

TEST_F(LimitsTest, AFreshInstanceRemembersNothingAReusedOneDoes) {
  EXPECT_EQ(bench_.call_http("counter").body, bench_.call_http("counter").body);

  std::string first = bench_.call_http("counter", {}, Reuse::Instance).body;
  EXPECT_NE(bench_.call_http("counter", {}, Reuse::Instance).body, first);
}

TEST_F(LimitsTest, ALongAnswerComesWholeThroughBackPressure) {
  constexpr std::size_t kSize = 5 << 20;
  Ask ask;
  ask.body = std::string(kSize, 'x');

  // Compared before the macro sees them: nobody wants to read megabytes when it fails.
  EXPECT_TRUE(bench_.call_http("echo", ask).body == ask.body);
  EXPECT_TRUE(bench_.call_cgi("cgi_echo", ask).body == ask.body);
}

TEST_F(LimitsTest, OutputThatIsNotTheAnswerGoesToTheLog) {
  EXPECT_NE(bench_.call_http("panics").log.find("panicked"), std::string::npos);
}

}  // namespace
}  // namespace rockpool::engine
