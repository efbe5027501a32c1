#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace rockpool::store {

// Shows each entry of a RocksDB database that another program made, in the order of the keys,
// without writing to it. Fails with not-found if none is there, corrupt if it cannot be read, and
// as `see` does, which ends it.
Result<void> read_foreign_database(
    const std::filesystem::path& directory,
    const std::function<Result<void>(std::string_view key, std::string_view value)>& see);

}  // namespace rockpool::store
