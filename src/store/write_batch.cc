#include "store/write_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rockpool::store {
namespace {

constexpr std::size_t kMaxBucketBytes = 64;

bool may_occur_in_bucket(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
         c == '/';
}

Result<void> check(const WriteBatch::Operation& operation, const KvLimits& limits) {
  RETURN_IF_ERROR(check_bucket(operation.bucket));
  bool may_be_empty = operation.action == WriteBatch::Action::ErasePrefix;
  if (operation.key.empty() && !may_be_empty)
    return fail(ErrorCode::InvalidArgument, "a key needs at least one byte");
  if (operation.key.size() > limits.key_bytes) {
    return fail(ErrorCode::InvalidArgument, fmt::format("a key has at most {} bytes, not {}",
                                                        limits.key_bytes, operation.key.size()));
  }
  if (operation.value.size() > limits.value_bytes) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("a value has at most {} bytes, not {}", limits.value_bytes,
                            operation.value.size()));
  }
  return {};
}

}  // namespace

void WriteBatch::put(std::string bucket, std::string key, std::string value) {
  operations_.push_back({Action::Put, std::move(bucket), std::move(key), std::move(value)});
}

void WriteBatch::erase(std::string bucket, std::string key) {
  operations_.push_back({Action::Erase, std::move(bucket), std::move(key), {}});
}

void WriteBatch::erase_prefix(std::string bucket, std::string prefix) {
  operations_.push_back({Action::ErasePrefix, std::move(bucket), std::move(prefix), {}});
}

Result<void> check(const WriteBatch& batch, const KvLimits& limits) {
  for (const auto& operation : batch.operations()) RETURN_IF_ERROR(check(operation, limits));
  return {};
}

Result<void> check_bucket(const std::string& bucket) {
  if (!bucket.empty() && bucket.size() <= kMaxBucketBytes &&
      std::ranges::all_of(bucket, may_occur_in_bucket))
    return {};
  return fail(ErrorCode::InvalidArgument,
              fmt::format("'{}' is no bucket: 1 to {} of a-z, 0-9, '-', '_', '.', '/'",
                          bucket.substr(0, kMaxBucketBytes), kMaxBucketBytes));
}

}  // namespace rockpool::store
