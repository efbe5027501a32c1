#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "store/files.h"

namespace rockpool::store {

// Immutable blobs as files named by their SHA-256.
//
// Callable from any thread. All methods block on the disk: call them on the blocking pool. `files`
// and `clock` outlive the store.
class BlobStore final {
 public:
  struct Blob {
    Digest digest;
    std::uint64_t bytes;
    WallTime put_at;  // the last put()
  };

  // Creates the directory if it is missing and removes what unfinished writes left.
  static Result<std::unique_ptr<BlobStore>> open(std::filesystem::path directory, Files& files,
                                                 const Clock& clock);

  // Durable when it returns. The same bytes twice is no error; a damaged copy is replaced. Fails
  // with storage-full or io, and leaves nothing behind then.
  Result<Digest> put(std::string_view bytes);
  // `digest` is that of the bytes; that is not checked again.
  Result<void> put(const Digest& digest, std::string_view bytes);
  bool has(const Digest& digest) const;
  // Fails with not-found, or with corrupt if the bytes are no longer those that were put.
  Result<std::string> read(const Digest& digest) const;
  // Read-only and not verified. Fails with not-found.
  Result<FileDescriptor> open_file(const Digest& digest) const;
  std::filesystem::path path_of(const Digest& digest) const;
  // An absent blob is no error.
  Result<void> remove(const Digest& digest);
  // In no particular order.
  Result<std::vector<Blob>> list() const;
  // Removes the blobs last put more than `age` ago that `referenced` denies, and tells how many. No
  // put() comes between the question and the removal.
  Result<std::size_t> collect(std::chrono::milliseconds age,
                              const std::function<bool(const Digest&)>& referenced);

 private:
  BlobStore(std::filesystem::path directory, Files& files, const Clock& clock)
      : directory_(std::move(directory)), files_(files), clock_(clock) {}

  Result<void> sweep();
  bool holds(const Digest& digest, std::string_view bytes) const;
  Result<void> touch(const Digest& digest);
  Result<void> remove_locked(const Digest& digest);

  const std::filesystem::path directory_;
  Files& files_;
  const Clock& clock_;
  std::mutex mutex_;  // one put, remove or collect at a time
};

}  // namespace rockpool::store
