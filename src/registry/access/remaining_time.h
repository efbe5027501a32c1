#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace rockpool::registry {

// How long one request may wait: until `deadline`, thirty seconds at most.
inline std::chrono::milliseconds remaining(SteadyTime deadline) {
  constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(30);
  auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::clamp(left, std::chrono::milliseconds(0), kPatience);
}

}  // namespace rockpool::registry
