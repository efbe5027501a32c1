#include "logs/token_bucket.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rockpool::logs {
namespace {

using namespace std::chrono_literals;

TEST(TokenBucket, LetsABurstPassAndThenTheRate) {
  SteadyTime now;
  TokenBucket bucket(1000, now);

  EXPECT_TRUE(bucket.take(1000, now));
  EXPECT_FALSE(bucket.take(1, now));
  EXPECT_FALSE(bucket.take(101, now + 100ms));
  EXPECT_TRUE(bucket.take(100, now + 100ms));
}

TEST(TokenBucket, ManySmallWaitsEarnAsMuchAsOneLong) {
  SteadyTime now;
  TokenBucket bucket(1000, now);
  ASSERT_TRUE(bucket.take(1000, now));

  int taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += bucket.take(1, now += 10us);

  EXPECT_EQ(taken, 100);
}

TEST(TokenBucket, ARestEarnsNoMoreThanABurst) {
  SteadyTime now;
  TokenBucket bucket(1000, now);

  EXPECT_FALSE(bucket.take(1001, now + 24h));
  EXPECT_TRUE(bucket.take(1000, now + 24h));
}

TEST(TokenBucket, ANewRateHoldsAtOnce) {
  SteadyTime now;
  TokenBucket bucket(1000, now);

  bucket.set_rate(10, now);

  EXPECT_FALSE(bucket.take(11, now));
  EXPECT_TRUE(bucket.take(10, now));
}

}  // namespace
}  // namespace rockpool::logs
