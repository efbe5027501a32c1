#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
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

  // Where something is written before it is published; removed with this object otherwise.
  class Draft {
   public:
    Draft(std::filesystem::path path, FileDescriptor file)
        : path_(std::move(path)), file_(std::move(file)) {}
    Draft(Draft&& other) noexcept;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    const std::filesystem::path& path() const { return path_; }
    int file() const { return file_.number(); }

   private:
    std::filesystem::path path_;
    FileDescriptor file_;  // open for reading and writing
  };

  // `key` authenticates; `engine` is the compatibility hash of the engine the code is for. Removes
  // unfinished drafts.
  static Result<std::unique_ptr<CacheFiles>> open(std::filesystem::path directory, std::string key,
                                                  std::string engine, Files& files);

  // An empty file for a compile worker to fill.
  Result<Draft> draft();
  // Makes the draft the code of that name, in place of what was there, as its file holds it now.
  Result<void> publish(Draft draft, const std::string& name);
  Result<void> put(const std::string& name, std::string_view code);

  // Fails with not-found if there is none, or if it fails its HMAC or is for another engine; such
  // a file is removed.
  Result<Code> get(const std::string& name);
  // An absent name is no error.
  Result<void> remove(const std::string& name);
  Result<std::vector<std::string>> names() const;

 private:
  CacheFiles(std::filesystem::path directory, std::string key, std::string engine, Files& files);

  // The whole content of NAME.mac.
  std::string seal(const std::string& name, std::string_view code) const;
  std::filesystem::path path_of(const std::string& name) const { return directory_ / name; }
  std::filesystem::path mac_path_of(const std::string& name) const;
  Result<Code> verified(const std::string& name) const;
  Result<void> remove_locked(const std::string& name);

  const std::filesystem::path directory_;
  const std::string key_;
  const std::string header_;  // of every seal: format and engine
  Files& files_;
  std::mutex mutex_;  // a code and its seal change together
};

}  // namespace rockpool::store
