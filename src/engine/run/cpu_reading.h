#pragma once

#include <chrono>

namespace rockpool::engine {

// CPU time of the calling thread; a system call.
std::chrono::nanoseconds thread_cpu();

// An upper bound of the CPU time that a thread uses, for at most one system call in kStale and one
// for each question. Used by one thread.
class CpuReading {
 public:
  // The bound is too large by at most that much.
  static constexpr std::chrono::microseconds kStale{250};

  // To be called before the work that is measured. Reads the clock if the last reading is old.
  void refresh(std::chrono::steady_clock::time_point now);
  // CPU time that the thread has used since the last reading.
  std::chrono::nanoseconds used_since() const { return thread_cpu() - cpu_; }

 private:
  std::chrono::steady_clock::time_point read_at_{};
  std::chrono::nanoseconds cpu_{0};
};

}  // namespace rockpool::engine
