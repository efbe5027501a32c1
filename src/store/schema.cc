#include "store/schema.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace rockpool::store {
namespace {

constexpr const char* kBucket = "schema";
constexpr const char* kKey = "version";

void put_version(std::uint32_t version, WriteBatch& batch) {
  batch.put(kBucket, kKey, std::to_string(version));
}

// Empty if the store is new.
Result<std::optional<std::uint32_t>> read_version(KvStore& store) {
  auto text = store.get_blocking(kBucket, kKey);
  if (!text && text.error().code() == ErrorCode::NotFound) return std::nullopt;
  if (!text) return std::unexpected(std::move(text).error());
  std::uint32_t version = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), version);
  if (error != std::errc() || end != text->data() + text->size() || version == 0) {
    return fail(ErrorCode::Corrupt,
                fmt::format("the store's schema version is '{}', which is no version",
                            text->substr(0, 20)));
  }
  return version;
}

}  // namespace

Result<void> Schema::apply(KvStore& store, const Backup& backup) const {
  ASSIGN_OR_RETURN(auto found, read_version(store));
  if (!found) {
    WriteBatch batch;
    put_version(version(), batch);
    return store.commit_blocking(std::move(batch));
  }
  if (*found > version()) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the data directory has schema version {}, and this rockpool knows "
                            "versions up to {}: use a newer rockpool, or another data directory",
                            *found, version()));
  }
  if (*found == version()) return {};
  RETURN_IF_ERROR(backup(*found));
  for (std::uint32_t from = *found; from < version(); ++from) {
    ASSIGN_OR_RETURN(WriteBatch batch, steps_[from - 1](store));
    put_version(from + 1, batch);
    RETURN_IF_ERROR(store.commit_blocking(std::move(batch)));
  }
  return {};
}

}  // namespace rockpool::store
