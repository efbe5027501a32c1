#include "engine/run/cpu_reading.h"

#include <ctime>

namespace rockpool::engine {

std::chrono::nanoseconds thread_cpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

void CpuReading::refresh(std::chrono::steady_clock::time_point now) {
  if (now - read_at_ < kStale) return;
  read_at_ = now;
  cpu_ = thread_cpu();
}

}  // namespace rockpool::engine
