#pragma once

#include <chrono>
#include <filesystem>

#include "base/clock.h"
#include "dialects/wess/wess_metrics.h"

namespace rockpool::dialects::wess {

// Looks up what the process uses. For one thread at a time; blocks.
class MachineSampler {
 public:
  // `clock` outlives it. `data` is the data directory.
  MachineSampler(const Clock& clock, std::filesystem::path data);

  MachineSample sample();

 private:
  const Clock& clock_;
  const std::filesystem::path data_;
  SteadyTime last_at_;
  std::chrono::nanoseconds last_cpu_;
};

}  // namespace rockpool::dialects::wess
