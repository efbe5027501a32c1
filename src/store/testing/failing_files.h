#pragma once

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "store/files.h"

namespace rockpool::store {

// The system's files, for tests, with calls that fail as told and are counted.
class FailingFiles final : public Files {
 public:
  // The errno with which the call fails; 0 lets it through.
  int write_error = 0;
  int fsync_error = 0;
  int rename_error = 0;
  // How much one write takes at most.
  std::size_t write_bytes = SIZE_MAX;
  int fsyncs = 0;

  ssize_t write(int file, std::string_view bytes) override {
    if (fails_with(write_error)) return -1;
    return system_files().write(file, bytes.substr(0, std::min(bytes.size(), write_bytes)));
  }
  int fsync(int file) override {
    ++fsyncs;
    return fails_with(fsync_error) ? -1 : system_files().fsync(file);
  }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return fails_with(rename_error) ? -1 : system_files().rename(from, to);
  }

 private:
  static bool fails_with(int error) {
    errno = error;
    return error != 0;
  }
};

}  // namespace rockpool::store
