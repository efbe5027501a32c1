#include "cli/diagnosis.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "base/units.h"
#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

// 10,000 connections and what RocksDB keeps open.
constexpr rlim_t kOpenFiles = 16384;
constexpr std::uintmax_t kFreeBytes = 1ULL << 30;
// The instance pool reserves address space, which costs nothing, in the order of terabytes.
constexpr rlim_t kAddressSpace = RLIM_INFINITY;

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

Finding examine_free_space(std::filesystem::path folder) {
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path())
    folder = folder.parent_path();
  auto space = std::filesystem::space(folder, error);
  if (error)
    return {"data folder", Health::Bad, fmt::format("{}: {}", folder.string(), error.message())};
  auto words = fmt::format("{} MiB free for {}", space.available >> 20, folder.string());
  if (space.available < kFreeBytes)
    return {"data folder", Health::Warning, words + "; writes fail with storage-full at 0"};
  return {"data folder", Health::Good, words};
}

Finding examine_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  // The server raises the soft limit itself.
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < kOpenFiles) {
    return {"open files", Health::Warning,
            fmt::format("at most {}; {} are needed for 10,000 connections: ulimit -Hn {}",
                        limit.rlim_max, kOpenFiles, kOpenFiles)};
  }
  return {"open files", Health::Good, "enough"};
}

Finding examine_address_space() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  if (limit.rlim_cur < kAddressSpace) {
    return {"address space", Health::Warning,
            fmt::format("limited to {}: the pool of instances will be small; ulimit -v unlimited",
                        format_bytes(limit.rlim_cur))};
  }
  return {"address space", Health::Good, "unlimited"};
}

// The folder of this process's cgroup (version 2); empty if there is none.
std::string cgroup_folder() {
  std::string line = first_line("/proc/self/cgroup");
  constexpr std::string_view kUnified = "0::";
  if (!line.starts_with(kUnified)) return {};
  return "/sys/fs/cgroup" + line.substr(kUnified.size());
}

Finding examine_swap() {
  std::ifstream swaps("/proc/swaps");
  std::string line;
  int areas = -1;  // the first line is a heading
  while (std::getline(swaps, line)) ++areas;
  if (areas <= 0) return {"swap", Health::Good, "off, so no instance waits for memory from disk"};
  if (first_line(cgroup_folder() + "/memory.swap.max") == "0")
    return {"swap", Health::Good, "off for this cgroup, so no instance waits for memory from disk"};
  return {"swap", Health::Warning,
          "on, so calls may wait for memory from disk; MemorySwapMax=0 or swapoff prevents that"};
}

Finding examine_memory() {
  std::string folder = cgroup_folder();
  std::string most = folder.empty() ? "" : first_line(folder + "/memory.max");
  if (most.empty() || most == "max") return {"memory", Health::Good, "not limited by a cgroup"};
  return {"memory", Health::Good,
          fmt::format("the cgroup allows {} bytes; instances get half of it", most)};
}

}  // namespace

std::vector<Finding> examine_server(const ControlClient& client) {
  auto info = client.get("/v1/info");
  if (!info) return {{"server", Health::Bad, info.error().message()}};
  std::vector<Finding> findings;
  findings.push_back({"server", Health::Good, fmt::format("answers at {}", client.url())});
  std::string version = text_at(*info, "version");
  if (version == ROCKPOOL_VERSION) {
    findings.push_back({"versions", Health::Good, fmt::format("both are {}", version)});
  } else {
    findings.push_back({"versions", Health::Warning,
                        fmt::format("the server is {}, this command {}; install the same", version,
                                    ROCKPOOL_VERSION)});
  }
  bool draining = at(*info, "draining") == json::Value(true);
  findings.push_back({"readiness", draining ? Health::Warning : Health::Good,
                      draining ? "stopping: takes no new requests" : "takes requests"});
  return findings;
}

std::vector<Finding> examine_machine(const std::string& data_folder) {
  return {examine_free_space(data_folder), examine_open_files(), examine_address_space(),
          examine_swap(), examine_memory()};
}

}  // namespace rockpool::cli
