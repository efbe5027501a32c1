#include "dialects/wess/machine_sampler.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <system_error>
#include <utility>

namespace rockpool::dialects::wess {
namespace {

namespace fs = std::filesystem;

std::chrono::nanoseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::chrono::nanoseconds process_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
}

// The second number of /proc/self/statm: resident pages.
std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Files that come and go meanwhile count or don't.
std::uint64_t size_of(const fs::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code error;
  fs::recursive_directory_iterator file(directory, error);
  for (; !error && file != fs::recursive_directory_iterator(); file.increment(error)) {
    std::error_code gone;
    bool is_file = file->is_regular_file(gone);
    auto size = is_file ? file->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

}  // namespace

MachineSampler::MachineSampler(const Clock& clock, fs::path data)
    : clock_(clock),
      data_(std::move(data)),
      last_at_(clock.steady_now()),
      last_cpu_(process_cpu()) {}

MachineSample MachineSampler::sample() {
  auto now = clock_.steady_now();
  auto cpu = process_cpu();
  std::chrono::duration<double> elapsed = now - last_at_;
  std::chrono::duration<double> used = cpu - last_cpu_;
  last_at_ = now;
  last_cpu_ = cpu;
  return {.cpu_percent = elapsed.count() > 0 ? 100 * used / elapsed : 0,
          .memory_bytes = resident_bytes(),
          .database_bytes = size_of(data_ / "db") + size_of(data_ / "blobs")};
}

}  // namespace rockpool::dialects::wess
