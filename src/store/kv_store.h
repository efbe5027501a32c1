#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "store/write_batch.h"

namespace rockpool::store {

struct KeyValue {
  std::string key;
  std::string value;
  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

// A durable, ordered map of keys to values, split into buckets; keys are ordered by their bytes.
//
// All methods may be called from any thread. Keys are 1 byte to 1 KiB and values at most 1 MiB,
// unless the store was opened with other KvLimits; others fail with invalid-argument. Reads fail
// with corrupt where what is stored fails its checksum. A Task's reactor outlives it.
class KvStore {
 public:
  using Visitor = std::function<Result<void>(std::string_view key, std::string_view value)>;

  virtual ~KvStore() = default;

  // Fails with not-found if the key is absent.
  virtual Task<std::string> get(std::string bucket, std::string key) = 0;

  // The first `limit` entries, in key order, whose key begins with `prefix` and is greater than
  // `after` (empty: from the first).
  virtual Task<std::vector<KeyValue>> scan(std::string bucket, std::string prefix,
                                           std::string after, std::size_t limit) = 0;

  // All or nothing; durable when it returns, and seen by every read that starts then. Batches take
  // effect in the order they were committed; concurrent ones share one fsync. Fails with
  // storage-full if there is no room: nothing of it is seen then, reads go on, and later commits
  // succeed once there is room. (Where not the room but the disk failed, a batch that was refused
  // may turn up whole after a restart.)
  virtual Task<void> commit(WriteBatch batch) = 0;

  // The same for start-up and tools: they block the calling thread.
  virtual Result<std::string> get_blocking(const std::string& bucket, const std::string& key) = 0;
  virtual Result<void> commit_blocking(WriteBatch batch) = 0;
  // Visits every entry of the bucket whose key begins with `prefix`, in key order, as they were
  // when it began. Ends with the first error of `visit`, which must neither keep its arguments nor
  // call the store.
  virtual Result<void> for_each_blocking(const std::string& bucket, const std::string& prefix,
                                         const Visitor& visit) = 0;
};

}  // namespace rockpool::store
