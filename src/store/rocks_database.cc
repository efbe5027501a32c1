#include "store/rocks_database.h"

#include <rocksdb/listener.h>
#include <sys/statvfs.h>

namespace rockpool::store {
namespace {

// RocksDB would try to recover in the background, with the log that can't be written any more.
class NeverRecoversInPlace final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* automatic) override {
    *automatic = false;
  }
};

rocksdb::Options without_recovery(rocksdb::Options options) {
  options.listeners.push_back(std::make_shared<NeverRecoversInPlace>());
  options.max_bgerror_resume_count = 0;
  return options;
}

}  // namespace

RocksDatabase::RocksDatabase(std::filesystem::path directory, rocksdb::Options options,
                             std::uint64_t reserve_bytes)
    : directory_(std::move(directory)),
      options_(without_recovery(std::move(options))),
      reserve_bytes_(reserve_bytes) {}

rocksdb::Status RocksDatabase::open() {
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(options_, directory_.string(), &db);
  db_.reset(db);
  writable_ = status.ok();
  return status;
}

rocksdb::Status RocksDatabase::write(rocksdb::WriteBatch& batch) {
  if (!has_room(batch)) return rocksdb::Status::NoSpace();
  if (writable_) {
    auto status = write_synced(batch);
    // The failure may be one of earlier background work, that a new start mends.
    if (status.ok() || !has_room(batch)) return status;
  }
  auto reopened = reopen();
  return reopened.ok() ? write_synced(batch) : reopened;
}

bool RocksDatabase::has_room(const rocksdb::WriteBatch& batch) const {
  struct statvfs disk{};
  if (::statvfs(directory_.c_str(), &disk) != 0) return true;  // then let the write itself fail
  return disk.f_bavail * disk.f_frsize >= reserve_bytes_ + batch.GetDataSize();
}

rocksdb::Status RocksDatabase::write_synced(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  auto status = db_->Write(options, &batch);
  writable_ = status.ok();
  return status;
}

rocksdb::Status RocksDatabase::reopen() {
  std::lock_guard lock(mutex_);
  db_.reset();
  auto status = open();
  if (status.ok()) return status;
  // Reads go on.
  rocksdb::DB* db = nullptr;
  if (rocksdb::DB::OpenForReadOnly(options_, directory_.string(), &db).ok()) db_.reset(db);
  return status;
}

}  // namespace rockpool::store
