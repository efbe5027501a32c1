#include "logs/token_bucket.h"

#include <algorithm>
#include <chrono>

namespace rockpool::logs {

bool TokenBucket::take(std::uint64_t tokens, SteadyTime now) {
  refill(now);
  if (tokens > tokens_) return false;
  tokens_ -= tokens;
  return true;
}

void TokenBucket::set_rate(std::uint64_t rate, SteadyTime now) {
  refill(now);
  rate_ = rate;
  tokens_ = std::min(tokens_, rate);
}

void TokenBucket::refill(SteadyTime now) {
  using std::chrono::nanoseconds;
  constexpr std::uint64_t kPerSecond = 1'000'000'000;
  auto passed = static_cast<std::uint64_t>(std::max(now - filled_at_, nanoseconds(0)).count());
  if (passed >= kPerSecond) {
    tokens_ = rate_;
    filled_at_ = now;
    return;
  }
  std::uint64_t earned = rate_ / kPerSecond * passed + rate_ % kPerSecond * passed / kPerSecond;
  if (earned == 0) return;  // the time counts on until it earns a token
  tokens_ = std::min(rate_, tokens_ + earned);
  filled_at_ = now;
}

}  // namespace rockpool::logs
