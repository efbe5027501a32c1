#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/files.h"

namespace rockpool::store {

// Everything a server remembers, under one path that one process at a time may hold:
// `db`, `blobs`, `cache`, `backup`, `keys` (only the owner may read them) and `LOCK`.
class DataDirectory final {
 public:
  // Creates what is missing, with mode 0700, and locks it as long as the object lives. Fails with
  // unavailable, naming the process that holds it, if another does. `files` outlives it.
  static Result<std::unique_ptr<DataDirectory>> open(std::filesystem::path path, Files& files);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path db() const { return path_ / "db"; }
  std::filesystem::path blobs() const { return path_ / "blobs"; }
  std::filesystem::path cache() const { return path_ / "cache"; }
  std::filesystem::path backup() const { return path_ / "backup"; }

  // 32 random bytes, made and kept at the first call with that name. Fails with corrupt if the
  // file is damaged, and with invalid-argument if others than its owner may read it.
  Result<std::string> key(const std::string& name);

 private:
  DataDirectory(std::filesystem::path path, FileDescriptor lock, Files& files)
      : path_(std::move(path)), lock_(std::move(lock)), files_(files) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
  Files& files_;
};

}  // namespace rockpool::store
