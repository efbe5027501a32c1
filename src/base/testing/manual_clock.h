#pragma once

#include <chrono>

#include "base/clock.h"

namespace rockpool {

// A clock that stands still until a test moves it.
class ManualClock final : public Clock {
 public:
  void advance(std::chrono::milliseconds time) { passed_ += time; }

  SteadyTime steady_now() const override { return SteadyTime() + passed_; }
  WallTime wall_now() const override {
    return std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + passed_;
  }

 private:
  std::chrono::milliseconds passed_{0};
};

}  // namespace rockpool
