#include "store/foreign_database.h"

#include <fmt/format.h>
#include <rocksdb/db.h>

#include <memory>

namespace rockpool::store {

Result<void> read_foreign_database(
    const std::filesystem::path& directory,
    const std::function<Result<void>(std::string_view key, std::string_view value)>& see) {
  std::error_code ignored;
  // Every RocksDB has this file; opening a folder without it would be called an io error.
  if (!std::filesystem::exists(directory / "CURRENT", ignored)) {
    return fail(ErrorCode::NotFound,
                fmt::format("{} holds no RocksDB database", directory.string()));
  }
  auto broken = [&directory](const rocksdb::Status& status) {
    return fail(ErrorCode::Corrupt, fmt::format("can't read the database {}: {}",
                                                directory.string(), status.ToString()));
  };
  rocksdb::DB* opened = nullptr;
  auto open = rocksdb::DB::OpenForReadOnly({}, directory.string(), &opened);
  if (!open.ok()) return broken(open);
  std::unique_ptr<rocksdb::DB> database(opened);
  std::unique_ptr<rocksdb::Iterator> entry(database->NewIterator({}));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    RETURN_IF_ERROR(see(entry->key().ToStringView(), entry->value().ToStringView()));
  }
  if (!entry->status().ok()) return broken(entry->status());
  return {};
}

}  // namespace rockpool::store
