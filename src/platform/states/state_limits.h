#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rockpool::platform {

struct StateLimits {
  // That one module of a function may have saved.
  std::size_t keys = 10'000;
  // That are kept in memory between calls, and for how long.
  std::size_t idle = 256;
  std::uint64_t idle_bytes = 256ULL << 20;
  std::chrono::nanoseconds idle_time = std::chrono::minutes(1);
};

}  // namespace rockpool::platform
