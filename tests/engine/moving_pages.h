#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace rockpool::engine {

// Makes the kernel move pages of this process about (compaction): a page that is being moved is not
// present.
//
// Without holes in the memory there is nothing to move. So it takes memory and gives every second
// page back: what this process touches next lies in these holes, and is moved out of them.
class MovingPages {
 public:
  static constexpr const char* kCompact = "/proc/sys/vm/compact_memory";

  // Root may ask for it, unless it is the root of a container.
  static bool is_possible() { return access(kCompact, W_OK) == 0; }

  MovingPages() {
    void* memory =
        mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to make holes in");
    bytes_ = static_cast<char*>(memory);
    madvise(bytes_, kBytes, MADV_NOHUGEPAGE);
    for (std::size_t at = 0; at < kBytes; at += kPage) bytes_[at] = 1;
    for (std::size_t at = 0; at < kBytes; at += 2 * kPage)
      madvise(bytes_ + at, kPage, MADV_DONTNEED);
  }
  ~MovingPages() {
    if (thread_.joinable()) thread_.join();
    munmap(bytes_, kBytes);
  }
  MovingPages(const MovingPages&) = delete;
  MovingPages& operator=(const MovingPages&) = delete;

  // Begins to move, on another thread.
  void start() {
    thread_ = std::thread([this] {
      std::ofstream(kCompact) << "1";
      has_moved_ = true;
    });
  }
  bool has_moved() const { return has_moved_; }

 private:
  static constexpr std::size_t kBytes = 256UL << 20;
  static constexpr std::size_t kPage = 4096;

  char* bytes_ = nullptr;
  std::atomic<bool> has_moved_ = false;
  std::thread thread_;
};

inline bool there_is_swap() {
  std::ifstream swaps("/proc/swaps");
  std::string header, area;
  return std::getline(swaps, header) && std::getline(swaps, area);
}

// Writes the private pages of this process that can be swapped to swap.
inline void swap_out() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0;
    unsigned long to = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) != 3) continue;
    if (std::string(rights) != "rw-p") continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): addresses of the kernel's own text
    (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_PAGEOUT);
  }
}

}  // namespace rockpool::engine
