#include "store/rocks_kv_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <optional>
#include <utility>

#include "base/check.h"
#include "store/commit_queue.h"
#include "store/rocks_database.h"

namespace rockpool::store {
namespace {

Error to_error(const rocksdb::Status& status) {
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit)
    return Error(ErrorCode::StorageFull, "the disk of the data directory is full",
                 status.ToString());
  if (status.IsNotFound()) return Error(ErrorCode::NotFound, "there is no such key");
  if (status.IsCorruption())
    return Error(ErrorCode::Corrupt, "what is stored fails its checksum", status.ToString());
  return Error(ErrorCode::Io, "the database failed", status.ToString());
}

Result<void> to_result(const rocksdb::Status& status) {
  if (!status.ok()) return std::unexpected(to_error(status));
  return {};
}

// A key as RocksDB sees it: the bucket's length and name, then the key. So buckets don't mix, and a
// bucket's keys keep their order.
std::string stored_key(std::string_view bucket, std::string_view key) {
  std::string stored;
  stored.reserve(1 + bucket.size() + key.size());
  stored += static_cast<char>(bucket.size());
  stored += bucket;
  stored += key;
  return stored;
}

// The least string greater than all that begin with `prefix`. A stored key's first byte is a
// length, so there is one.
std::string after_prefix(std::string prefix) {
  while (static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

// The stored keys of a bucket that begin with a prefix: from `begin` on, before `end`.
struct Range {
  Range(const std::string& bucket, const std::string& prefix)
      : bucket_bytes(1 + bucket.size()),
        begin(stored_key(bucket, prefix)),
        end(after_prefix(begin)) {}

  void skip_to_after(const std::string& bucket, const std::string& key) {
    auto next = stored_key(bucket, key) + '\0';
    if (next > begin) begin = std::move(next);
  }

  std::size_t bucket_bytes;
  std::string begin;
  std::string end;
};

rocksdb::Options options_for(const RocksOptions& wanted) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = wanted.write_buffer_bytes;
  options.max_background_jobs = 2;
  options.max_open_files = 512;
  options.track_and_verify_wals_in_manifest = true;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = 1 << 20;
  options.keep_log_file_num = 4;
  options.stats_dump_period_sec = 0;  // statistics are rockpool's own
  options.stats_persist_period_sec = 0;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(wanted.cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

void append(const WriteBatch& batch, rocksdb::WriteBatch& to) {
  // In memory, these can't fail.
  for (const auto& [action, bucket, key, value] : batch.operations()) {
    rocksdb::Status status;
    switch (action) {
      case WriteBatch::Action::Put:
        status = to.Put(stored_key(bucket, key), value);
        break;
      case WriteBatch::Action::Erase:
        status = to.Delete(stored_key(bucket, key));
        break;
      case WriteBatch::Action::ErasePrefix: {
        Range range(bucket, key);
        status = to.DeleteRange(range.begin, range.end);
        break;
      }
    }
    CHECK(status.ok(), status.ToString());
  }
}

class OpenedRocksKvStore final : public RocksKvStore {
 public:
  OpenedRocksKvStore(std::unique_ptr<RocksDatabase> db, async::BlockingPool& blocking,
                     KvLimits limits)
      : db_(std::move(db)),
        blocking_(blocking),
        limits_(limits),
        queue_([this](const std::vector<WriteBatch>& batches) { return write(batches); }) {}

  Task<std::string> get(std::string bucket, std::string key) override {
    CO_RETURN_IF_ERROR(check_bucket(bucket));
    auto stored = stored_key(bucket, key);
    auto cached = read(stored, rocksdb::kBlockCacheTier);
    if (cached) co_return *std::move(cached);
    auto from_disk = [&] { return *read(stored, rocksdb::kReadAllTier); };
    co_return co_await blocking_.run(from_disk);
  }

  Task<std::vector<KeyValue>> scan(std::string bucket, std::string prefix, std::string after,
                                   std::size_t limit) override {
    CO_RETURN_IF_ERROR(check_bucket(bucket));
    Range range(bucket, prefix);
    if (!after.empty()) range.skip_to_after(bucket, after);
    auto cached = collect(range, limit, rocksdb::kBlockCacheTier);
    if (cached) co_return *std::move(cached);
    auto from_disk = [&] { return *collect(range, limit, rocksdb::kReadAllTier); };
    co_return co_await blocking_.run(from_disk);
  }

  Task<void> commit(WriteBatch batch) override {
    CO_RETURN_IF_ERROR(check(batch, limits_));
    auto committed = queue_.commit(std::move(batch));
    co_return co_await std::move(committed);
  }

  Result<std::string> get_blocking(const std::string& bucket, const std::string& key) override {
    RETURN_IF_ERROR(check_bucket(bucket));
    return *read(stored_key(bucket, key), rocksdb::kReadAllTier);
  }

  Result<void> commit_blocking(WriteBatch batch) override {
    RETURN_IF_ERROR(check(batch, limits_));
    return queue_.commit_blocking(std::move(batch));
  }

  Result<void> for_each_blocking(const std::string& bucket, const std::string& prefix,
                                 const Visitor& visit) override {
    RETURN_IF_ERROR(check_bucket(bucket));
    Result<void> visited;
    auto visit_until_error = [&](std::string_view key, std::string_view value) {
      visited = visit(key, value);
      return visited.has_value();
    };
    auto iterated = iterate(Range(bucket, prefix), rocksdb::kReadAllTier, visit_until_error);
    RETURN_IF_ERROR(std::move(visited));
    return to_result(iterated);
  }

  Result<void> copy_to(const std::filesystem::path& directory) override {
    return to_result(db_->read([&](rocksdb::DB& db) {
      rocksdb::Checkpoint* checkpoint = nullptr;
      auto status = rocksdb::Checkpoint::Create(&db, &checkpoint);
      std::unique_ptr<rocksdb::Checkpoint> owned(checkpoint);
      return status.ok() ? owned->CreateCheckpoint(directory.string()) : status;
    }));
  }

 private:
  // Empty if the tier allows no disk and the answer is not in memory.
  std::optional<Result<std::string>> read(const std::string& stored, rocksdb::ReadTier tier) {
    rocksdb::ReadOptions options;
    options.read_tier = tier;
    std::string value;
    auto status = db_->read([&](rocksdb::DB& db) { return db.Get(options, stored, &value); });
    if (status.IsIncomplete()) return std::nullopt;
    if (!status.ok()) return std::unexpected(to_error(status));
    return value;
  }

  // As read().
  std::optional<Result<std::vector<KeyValue>>> collect(const Range& range, std::size_t limit,
                                                       rocksdb::ReadTier tier) {
    std::vector<KeyValue> found;
    if (limit == 0) return found;
    auto status = iterate(range, tier, [&](std::string_view key, std::string_view value) {
      found.push_back({std::string(key), std::string(value)});
      return found.size() < limit;
    });
    if (status.IsIncomplete()) return std::nullopt;
    if (!status.ok()) return std::unexpected(to_error(status));
    return found;
  }

  // Until `visit` says false.
  template <class Visit>
  rocksdb::Status iterate(const Range& range, rocksdb::ReadTier tier, Visit visit) {
    rocksdb::Slice end(range.end);
    rocksdb::ReadOptions options;
    options.read_tier = tier;
    options.iterate_upper_bound = &end;
    return db_->read([&](rocksdb::DB& db) {
      std::unique_ptr<rocksdb::Iterator> iterator(db.NewIterator(options));
      for (iterator->Seek(range.begin); iterator->Valid(); iterator->Next()) {
        auto key = iterator->key();
        key.remove_prefix(range.bucket_bytes);
        if (!visit(key.ToStringView(), iterator->value().ToStringView())) break;
      }
      return iterator->status();
    });
  }

  // On the queue's thread.
  Result<void> write(const std::vector<WriteBatch>& batches) {
    rocksdb::WriteBatch together;
    for (const WriteBatch& batch : batches) append(batch, together);
    return to_result(db_->write(together));
  }

  const std::unique_ptr<RocksDatabase> db_;
  async::BlockingPool& blocking_;
  const KvLimits limits_;
  CommitQueue queue_;  // last: it ends first, while there is a database to write to
};

}  // namespace

Result<std::unique_ptr<RocksKvStore>> open_rocks_kv_store(const std::filesystem::path& directory,
                                                          async::BlockingPool& blocking,
                                                          RocksOptions options) {
  // Room for two memtables that are on their way to tables, at most.
  auto db = std::make_unique<RocksDatabase>(directory, options_for(options),
                                            2 * options.write_buffer_bytes);
  auto status = db->open();
  if (!status.ok()) return std::unexpected(to_error(status));
  return std::make_unique<OpenedRocksKvStore>(std::move(db), blocking, options.limits);
}

}  // namespace rockpool::store
