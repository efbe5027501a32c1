#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace rockpool::store {

// What one key may weigh and hold.
struct KvLimits {
  std::size_t key_bytes = 1024;
  std::size_t value_bytes = 1 << 20;
};

// Changes that are made together or not at all, in their order.
class WriteBatch {
 public:
  enum class Action { Put, Erase, ErasePrefix };
  struct Operation {
    Action action;
    std::string bucket;
    std::string key;    // of ErasePrefix: what the erased keys begin with; empty for all
    std::string value;  // of Put
  };

  void put(std::string bucket, std::string key, std::string value);
  // An absent key is no error.
  void erase(std::string bucket, std::string key);
  void erase_prefix(std::string bucket, std::string prefix);

  const std::vector<Operation>& operations() const { return operations_; }
  bool empty() const { return operations_.empty(); }

 private:
  std::vector<Operation> operations_;
};

// Fails with invalid-argument if a bucket, key or value is out of its limits.
Result<void> check(const WriteBatch& batch, const KvLimits& limits);
// A bucket's name is 1 to 64 characters of a-z, 0-9, '-', '_', '.' and '/'.
Result<void> check_bucket(const std::string& bucket);

}  // namespace rockpool::store
