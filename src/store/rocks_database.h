#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace rockpool::store {

// A RocksDB that outlasts failed writes.
//
// RocksDB 7.8 can't go on after its log could not be written: DB::Resume() keeps the log's writer,
// which then ends the process by an assertion (in Debian's build) or refuses every write. So room
// is looked for before a write, and after one that failed the database is opened anew.
class RocksDatabase {
 public:
  // `reserve_bytes` of the disk stay free, for what RocksDB writes in the background.
  RocksDatabase(std::filesystem::path directory, rocksdb::Options options,
                std::uint64_t reserve_bytes);

  rocksdb::Status open();

  // Runs `use(rocksdb::DB&)`, which gives a Status; from any thread. It must not write.
  template <class Use>
  rocksdb::Status read(Use use) {
    std::shared_lock lock(mutex_);
    if (!db_) return rocksdb::Status::IOError("the database could not be opened again");
    return use(*db_);
  }

  // Durable when it returns; one thread at a time. After a failure nothing of it is seen.
  rocksdb::Status write(rocksdb::WriteBatch& batch);

 private:
  bool has_room(const rocksdb::WriteBatch& batch) const;
  rocksdb::Status write_synced(rocksdb::WriteBatch& batch);
  rocksdb::Status reopen();

  const std::filesystem::path directory_;
  const rocksdb::Options options_;
  const std::uint64_t reserve_bytes_;
  std::shared_mutex mutex_;  // held alone while the database is exchanged
  std::unique_ptr<rocksdb::DB> db_;
  bool writable_ = false;  // the writing thread's
};

}  // namespace rockpool::store
