#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace rockpool::cli {

// Tells when the contents of one file may have changed: it was written and closed, or another took
// its place under the same name, as editors and linkers do.
class FileWatch {
 public:
  // Fails with io if the file's folder can't be watched.
  static Result<FileWatch> open(const std::string& path);
  FileWatch(FileWatch&& other) noexcept;
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;
  ~FileWatch();

  // Blocks until the file changed and nothing more came for `quiet`. False if nothing came within
  // `patience`, or as soon as `interrupt` (a descriptor; -1: none) is readable.
  bool wait(std::chrono::milliseconds patience, std::chrono::milliseconds quiet,
            int interrupt = -1);

 private:
  FileWatch(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  // Whether something happened within the time, and before the interruption.
  bool has_event(std::chrono::milliseconds patience, int interrupt) const;
  // Takes the events there are; whether one was about the file.
  bool take_events();

  int descriptor_;
  std::string name_;
};

}  // namespace rockpool::cli
