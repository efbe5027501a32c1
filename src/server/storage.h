#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "async/blocking.h"
#include "base/clock.h"
#include "base/result.h"
#include "metrics/registry.h"
#include "store/blob_store.h"
#include "store/cache_files.h"
#include "store/data_directory.h"
#include "store/kv_store.h"
#include "store/rocks_kv_store.h"

namespace rockpool::server {

// What a data directory holds, open.
struct Storage {
  std::unique_ptr<store::DataDirectory> directory;
  std::unique_ptr<store::RocksKvStore> rocks;
  std::unique_ptr<store::KvStore> kv;  // the same, measured
  std::unique_ptr<store::BlobStore> blobs;
  std::unique_ptr<store::CacheFiles> cache;
};

// `engine` is the compatibility hash of the engine that machine code is cached for. The other
// arguments outlive the storage. Blocks.
Result<Storage> make_storage(const std::filesystem::path& path, const std::string& engine,
                             async::BlockingPool& blocking, metrics::Registry& metrics,
                             const Clock& clock);

}  // namespace rockpool::server
