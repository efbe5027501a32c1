#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "store/kv_store.h"

namespace rockpool::store {

// A KvStore that lasts as long as the process, for tests.
class MemoryKvStore final : public KvStore {
 public:
  explicit MemoryKvStore(KvLimits limits = {}) : limits_(limits) {}

  // Lets every commit fail with `error`, until it is empty again.
  void fail_commits(std::optional<Error> error);

  Task<std::string> get(std::string bucket, std::string key) override;
  Task<std::vector<KeyValue>> scan(std::string bucket, std::string prefix, std::string after,
                                   std::size_t limit) override;
  Task<void> commit(WriteBatch batch) override;
  Result<std::string> get_blocking(const std::string& bucket, const std::string& key) override;
  Result<void> commit_blocking(WriteBatch batch) override;
  Result<void> for_each_blocking(const std::string& bucket, const std::string& prefix,
                                 const Visitor& visit) override;

 private:
  using Entries = std::map<std::string, std::string>;

  const KvLimits limits_;
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::map<std::string, Entries> buckets_;
};

}  // namespace rockpool::store
