#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace rockpool::metrics {

// Where an observation is counted: the index of the reactor that makes it, or
// Registry::shared_shard() on any other thread. Shards lie on cache lines of their own, so that
// reactors don't slow each other.
using Shard = std::size_t;

// `cells` 64-bit numbers for each shard, all zero. Callable from any thread.
class ShardedCells {
 public:
  ShardedCells(std::size_t shards, std::size_t cells);

  void add(Shard shard, std::size_t cell, std::uint64_t amount) {
    rows_[shard * lines_ + cell / kCellsPerLine].cells[cell % kCellsPerLine].fetch_add(
        amount, std::memory_order_relaxed);
  }
  // The sum over the shards, modulo 2^64.
  std::uint64_t total(std::size_t cell) const;

 private:
  static constexpr std::size_t kCellsPerLine = 8;
  struct alignas(64) Line {
    std::atomic<std::uint64_t> cells[kCellsPerLine] = {};
  };

  std::size_t shards_;
  std::size_t lines_;
  std::unique_ptr<Line[]> rows_;
};

}  // namespace rockpool::metrics
