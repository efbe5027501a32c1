#include "server/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace rockpool::server {
namespace {

const std::filesystem::path kCgroups = "/sys/fs/cgroup";

// The limit in that directory's memory.max; "max" is none.
std::optional<std::uint64_t> memory_limit(const std::filesystem::path& cgroup) {
  std::ifstream file(cgroup / "memory.max");
  std::uint64_t bytes = 0;
  if (file >> bytes) return bytes;
  return std::nullopt;
}

// Where this process stands in cgroup v2's tree: the line "0::PATH" of /proc/self/cgroup.
std::filesystem::path own_cgroup() {
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) return kCgroups / line.substr(4);
  }
  return kCgroups;
}

}  // namespace

std::uint64_t usable_memory_bytes() {
  auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  std::uint64_t bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  for (auto cgroup = own_cgroup();; cgroup = cgroup.parent_path()) {
    if (auto limit = memory_limit(cgroup)) bytes = std::min(bytes, *limit);
    if (cgroup == kCgroups || !cgroup.has_relative_path()) return bytes;
  }
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Where it can't be raised the server runs with what there is.
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace rockpool::server
