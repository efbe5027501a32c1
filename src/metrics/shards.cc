#include "metrics/shards.h"

namespace rockpool::metrics {

ShardedCells::ShardedCells(std::size_t shards, std::size_t cells)
    : shards_(shards),
      lines_((cells + kCellsPerLine - 1) / kCellsPerLine),
      rows_(std::make_unique<Line[]>(shards * lines_)) {}

std::uint64_t ShardedCells::total(std::size_t cell) const {
  std::uint64_t sum = 0;
  for (std::size_t shard = 0; shard < shards_; ++shard) {
    sum += rows_[shard * lines_ + cell / kCellsPerLine].cells[cell % kCellsPerLine].load(
        std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace rockpool::metrics
