#include "store/memory_kv_store.h"

#include <algorithm>

namespace rockpool::store {

void MemoryKvStore::fail_commits(std::optional<Error> error) {
  std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

Task<std::string> MemoryKvStore::get(std::string bucket, std::string key) {
  co_return get_blocking(bucket, key);
}

Task<std::vector<KeyValue>> MemoryKvStore::scan(std::string bucket, std::string prefix,
                                                std::string after, std::size_t limit) {
  CO_RETURN_IF_ERROR(check_bucket(bucket));
  std::lock_guard lock(mutex_);
  const Entries& entries = buckets_[bucket];
  std::vector<KeyValue> found;
  auto entry =
      after < prefix || after.empty() ? entries.lower_bound(prefix) : entries.upper_bound(after);
  for (; entry != entries.end() && entry->first.starts_with(prefix) && found.size() < limit;
       ++entry)
    found.push_back({entry->first, entry->second});
  co_return found;
}

Task<void> MemoryKvStore::commit(WriteBatch batch) {
  co_return commit_blocking(std::move(batch));
}

Result<std::string> MemoryKvStore::get_blocking(const std::string& bucket, const std::string& key) {
  RETURN_IF_ERROR(check_bucket(bucket));
  std::lock_guard lock(mutex_);
  const Entries& entries = buckets_[bucket];
  auto entry = entries.find(key);
  if (entry == entries.end()) return fail(ErrorCode::NotFound, "there is no such key");
  return entry->second;
}

Result<void> MemoryKvStore::commit_blocking(WriteBatch batch) {
  RETURN_IF_ERROR(check(batch, limits_));
  std::lock_guard lock(mutex_);
  if (failure_) return std::unexpected(*failure_);
  for (const auto& [action, bucket, key, value] : batch.operations()) {
    Entries& entries = buckets_[bucket];
    switch (action) {
      case WriteBatch::Action::Put:
        entries[key] = value;
        break;
      case WriteBatch::Action::Erase:
        entries.erase(key);
        break;
      case WriteBatch::Action::ErasePrefix:
        std::erase_if(entries, [&](const auto& entry) { return entry.first.starts_with(key); });
        break;
    }
  }
  return {};
}

Result<void> MemoryKvStore::for_each_blocking(const std::string& bucket, const std::string& prefix,
                                              const Visitor& visit) {
  RETURN_IF_ERROR(check_bucket(bucket));
  Entries entries;
  {
    std::lock_guard lock(mutex_);
    entries = buckets_[bucket];
  }
  for (auto entry = entries.lower_bound(prefix);
       entry != entries.end() && entry->first.starts_with(prefix); ++entry)
    RETURN_IF_ERROR(visit(entry->first, entry->second));
  return {};
}

}  // namespace rockpool::store
