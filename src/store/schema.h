#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/kv_store.h"

namespace rockpool::store {

// The version of how keys and values are laid out, kept in the store itself, and the steps that
// bring an older layout forward. The version is one more than the number of steps; the record is
// key "version" of bucket "schema", in decimal digits.
class Schema {
 public:
  // Reads the store as version N and returns the changes that make it N + 1.
  using Step = std::function<Result<WriteBatch>(KvStore&)>;
  // Called once before the first step; its failure ends the migration with the store unchanged.
  using Backup = std::function<Result<void>(std::uint32_t from_version)>;

  // steps[0] brings version 1 to 2, and so on.
  explicit Schema(std::vector<Step> steps) : steps_(std::move(steps)) {}

  std::uint32_t version() const { return static_cast<std::uint32_t>(steps_.size()) + 1; }

  // Marks a store without a version as of this one; migrates an older one, each step durable before
  // the next. Fails with invalid-argument if the store is newer, with corrupt if the record is no
  // version. Blocks.
  Result<void> apply(KvStore& store, const Backup& backup) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace rockpool::store
