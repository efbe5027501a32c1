#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/engine/guest_bench.h"

namespace rockpool::engine {
namespace {

// More than the handles of a store: a leak of one in each call fills them twice.
constexpr int kCalls = 20'000;

class ReuseTest : public testing::Test {
 protected:
  // Calls a guest that answers with the number of calls that its instance has served. Returns the
  // largest of these numbers, 0 if a call failed.
  int most_calls_of_an_instance(const std::string& guest, int calls, const Ask& ask = {}) {
    int most = 0;
    for (int i = 0; i < calls; ++i) {
      Answer answer = bench_.call_http(guest, ask, Reuse::Instance);
      if (answer.code() != "ok") {
        ADD_FAILURE() << "call " << i << " of " << guest << ": " << answer.failure->to_string();
        return 0;
      }
      most = std::max(most, std::stoi(answer.body));
    }
    return most;
  }

  GuestBench bench_{{.instances = 16}};
};

TEST_F(ReuseTest, AGuestThatNeverDropsItsRequestLosesNoCall) {
  int most = most_calls_of_an_instance("keeps_requests", kCalls);

  EXPECT_GT(most, 10) << "instances that leave a few handles behind are kept";
  EXPECT_LT(most, 200) << "instances that leave many behind are not";
}

TEST_F(ReuseTest, AGuestThatLeaksMemoryLosesNoCall) {
  Ask small;
  small.limits.memory_bytes = 4 << 20;

  int most = most_calls_of_an_instance("leaks_memory", 1'000, small);

  EXPECT_GT(most, 10);
}

TEST_F(ReuseTest, ACallMayOpenAsManyHandlesAsInAFreshInstance) {
  Ask some;
  some.path = "/?count=80";
  ASSERT_EQ(bench_.call_http("hoards_resources", some, Reuse::Instance).code(), "ok");

  Ask many;
  many.path = "/?count=9950";
  EXPECT_EQ(bench_.call_http("hoards_resources", many, Reuse::Instance).code(), "ok");
}

}  // namespace
}  // namespace rockpool::engine
