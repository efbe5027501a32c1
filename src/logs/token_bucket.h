#pragma once

#include <cstdint>

#include "base/clock.h"

namespace rockpool::logs {

// Lets `rate` tokens a second pass, and as many at once after a rest. One thread at a time.
class TokenBucket {
 public:
  TokenBucket(std::uint64_t rate, SteadyTime now) : rate_(rate), tokens_(rate), filled_at_(now) {}

  // Takes the tokens, or none if there are fewer.
  bool take(std::uint64_t tokens, SteadyTime now);
  void set_rate(std::uint64_t rate, SteadyTime now);

 private:
  void refill(SteadyTime now);

  std::uint64_t rate_;
  std::uint64_t tokens_;
  SteadyTime filled_at_;
};

}  // namespace rockpool::logs
