#include "store/open_store.h"

#include <system_error>

namespace rockpool::store {
namespace {

// A copy that is there was made whole before an earlier try at the same migration.
Result<void> back_up(RocksKvStore& store, const std::filesystem::path& copy, Files& files) {
  RETURN_IF_ERROR(create_private_directory(files, copy.parent_path()));
  std::error_code error;
  if (std::filesystem::exists(copy, error)) return {};
  if (error) return std::unexpected(file_error(error.value(), "look for a backup", copy));
  return store.copy_to(copy);
}

}  // namespace

Result<std::unique_ptr<RocksKvStore>> open_store(const DataDirectory& data, Files& files,
                                                 async::BlockingPool& blocking,
                                                 const Schema& schema, RocksOptions options) {
  ASSIGN_OR_RETURN(auto store, open_rocks_kv_store(data.db(), blocking, options));
  auto backup = [&](std::uint32_t version) {
    return back_up(*store, data.backup() / ("db-v" + std::to_string(version)), files);
  };
  RETURN_IF_ERROR(schema.apply(*store, backup));
  return store;
}

}  // namespace rockpool::store
