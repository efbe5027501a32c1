#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/engine/guest_bench.h"
#include "tests/engine/moving_pages.h"

namespace rockpool::engine {
namespace {

// Five endings: 10,000 instances in each pool.
constexpr int kInstancesPerEnding = 2000;

// How guest A ends after it has filled all that it has with a pattern.
struct Ending {
  std::string function;
  std::string code;
};

class ResidueTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  static EngineOptions options() {
    // A pool of one slot means that B gets what A had.
    return {.instances = GetParam()};
  }
};

// A large instance is torn down beside the reactor; until then its slot is taken.
template <class Call>
Answer once_free(Call call) {
  Answer answer;
  do {
    answer = call();
  } while (answer.code() == "overloaded");
  return answer;
}

Answer call_once_free(GuestBench& bench, const std::string& guest, const std::string& function,
                      const Ask& ask = {}) {
  return once_free([&] { return bench.call_typed(guest, function, ask); });
}

TEST_P(ResidueTest, LaterInstancesFindNothingOfAnEarlierOne) {
  GuestBench bench(options());
  Ask brief;
  brief.limits.cpu = std::chrono::milliseconds(500);
  ASSERT_EQ(bench.call_typed("scans", "scan_after_writing").body, "[4]")
      << "the scanner finds what is there";

  for (const Ending& ending :
       {Ending{"by_return", "ok"}, Ending{"by_trap", "guest-trap"}, Ending{"by_spin", "limit-cpu"},
        Ending{"by_exit", "guest-exit"}, Ending{"in_stripes", "ok"}}) {
    EXPECT_EQ(call_once_free(bench, "fills", ending.function, brief).code(), ending.code)
        << ending.function;
    for (int i = 0; i < kInstancesPerEnding; ++i) {
      Answer scanned = call_once_free(bench, "scans", "scan");
      ASSERT_EQ(scanned.code(), "ok");
      ASSERT_EQ(scanned.body, "[0]") << "instance " << i << " after " << ending.function;
    }
  }
}

TEST_P(ResidueTest, LaterInstancesFindNoArgumentsOfATextFunction) {
  GuestBench bench(options());
  Ask secret;
  secret.body = R"({"secret":")" + std::string(60'000, 'x') + R"("})";

  for (int i = 0; i < 100; ++i) {
    Answer echo = once_free([&] { return bench.call_json("echo_string", "echo_string", secret); });
    ASSERT_TRUE(echo.body == secret.body);

    ASSERT_EQ(call_once_free(bench, "scans", "scan").body, "[0]");
  }
}

// Seen to fail without bridge/patches/wasmtime-pagemap-mask.patch.
TEST_P(ResidueTest, LaterInstancesFindNothingWhileTheKernelMovesPages) {
  if (!MovingPages::is_possible()) GTEST_SKIP() << "not root: pages can't be made to move";
  constexpr int kRounds = 12;
  constexpr int kCallsBefore = 20;

  for (int round = 0; round < kRounds; ++round) {
    MovingPages moving;
    GuestBench bench(options());
    for (int i = 0; i < kCallsBefore || !moving.has_moved(); ++i) {
      if (i == kCallsBefore) moving.start();
      Answer checked = call_once_free(bench, "marks", "check");
      ASSERT_EQ(checked.code(), "ok");
      ASSERT_EQ(checked.body, "[0]") << "call " << i << " of round " << round;
    }
  }
}

TEST_P(ResidueTest, LaterInstancesFindNothingThatWasSwappedOut) {
  if (!there_is_swap()) GTEST_SKIP() << "there is no swap";
  GuestBench bench(options());
  std::atomic<bool> over = false;
  std::thread swapping([&] {
    while (!over) swap_out();
  });

  Ask long_enough;
  long_enough.body = "[10000000]";
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(call_once_free(bench, "marks", "hold", long_enough).body, "[0]") << i;
  }

  over = true;
  swapping.join();
}

INSTANTIATE_TEST_SUITE_P(Pools, ResidueTest, testing::Values(1U, 1000U),
                         [](const auto& pool) { return "Of" + std::to_string(pool.param); });

}  // namespace
}  // namespace rockpool::engine
