#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace rockpool {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

// The world's clocks, so that tests can bring their own. Callable from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime steady_now() const = 0;
  virtual WallTime wall_now() const = 0;
};

// The machine's clocks; lives as long as the process.
const Clock& system_clock();

// RFC 3339 in UTC with milliseconds: "2026-01-31T09:30:00.125Z".
std::string format_rfc3339(WallTime time);
// Fails with invalid-argument. Any offset and up to nine fraction digits are taken.
Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace rockpool
