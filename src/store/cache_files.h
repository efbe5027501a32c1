#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "store/files.h"

namespace rockpool::store {

// Machine code by name, authenticated: only what this server put, for this engine, comes back. The
// file NAME holds the code alone, so that it can be mapped; NAME.mac holds its HMAC. Files may
// vanish at any time, and are not synced: what a crash tore fails its HMAC and counts as absent.
//
// Names are 1 to 128 characters of a-z, 0-9, '-', '_' and '.', not beginning with '.' and not
// ending in ".mac". Callable from any thread; methods block on the disk. `files` outlives it.
class CacheFiles final {
 public:
  struct Code {
    FileDescriptor file;  // read-only; what was verified is what it reads
    std::uint64_t bytes;
  };

  // `key` authenticates; `engine` is the compatibility hash of the engine the code is for. Removes
  // what unfinished writes left.
  static Result<std::unique_ptr<CacheFiles>> open(std::filesystem::path directory, std::string key,
                                                  std::string engine, Files& files);

  // Replaces what is there. Fails with storage-full or io, and leaves nothing behind then.
  Result<void> put(const std::string& name, std::string_view code);

  // Fails with not-found if there is none, or if it fails its HMAC or is for another engine; such
  // a file is removed.
  Result<Code> get(const std::string& name);
  // An absent name is no error.
  Result<void> remove(const std::string& name);
  Result<std::vector<std::string>> names() const;

 private:
  CacheFiles(std::filesystem::path directory, std::string key, const std::string& engine,
             Files& files);

  Result<void> sweep();
  // The whole content of NAME.mac.
  std::string seal(const std::string& name, std::string_view code) const;
  // Fails with corrupt if the code does not match its seal.
  Result<Code> verified(const std::string& name) const;
  Result<void> write(const std::filesystem::path& path, std::string_view bytes);
  Result<void> remove_locked(const std::string& name);
  std::filesystem::path path_of(const std::string& name) const { return directory_ / name; }
  std::filesystem::path seal_path_of(const std::string& name) const;

  const std::filesystem::path directory_;
  const std::string key_;
  const std::string header_;  // of every seal: format and engine
  Files& files_;
  std::shared_mutex mutex_;  // a code and its seal change together
};

}  // namespace rockpool::store
