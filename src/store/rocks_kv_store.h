#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "async/blocking.h"
#include "store/kv_store.h"

namespace rockpool::store {

// A KvStore in a directory of its own.
class RocksKvStore : public KvStore {
 public:
  // A copy of the store as it is now, as another store's directory, which must not exist yet.
  // Blocks; shares files with this store where it can.
  virtual Result<void> copy_to(const std::filesystem::path& directory) = 0;
};

struct RocksOptions {
  KvLimits limits = {};
  std::size_t cache_bytes = 32 << 20;
  std::size_t write_buffer_bytes = 16 << 20;
};

// Creates what is missing. `blocking` runs the reads that need the disk; it outlives the store.
// Fails with corrupt, storage-full or io. Commits that wait when the store ends are still made.
Result<std::unique_ptr<RocksKvStore>> open_rocks_kv_store(const std::filesystem::path& directory,
                                                          async::BlockingPool& blocking,
                                                          RocksOptions options = {});

}  // namespace rockpool::store
