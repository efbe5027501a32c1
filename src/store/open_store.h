#pragma once

#include <memory>

#include "async/blocking.h"
#include "store/data_directory.h"
#include "store/rocks_kv_store.h"
#include "store/schema.h"

namespace rockpool::store {

// The data directory's key-value store, brought to the schema's version. Before an older one is
// changed, a copy of it is put in `backup/db-vN`, N being its version. Blocks.
Result<std::unique_ptr<RocksKvStore>> open_store(const DataDirectory& data, Files& files,
                                                 async::BlockingPool& blocking,
                                                 const Schema& schema, RocksOptions options = {});

}  // namespace rockpool::store
