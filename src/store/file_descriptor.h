#pragma once

#include <utility>

namespace rockpool::store {

// Owns an open file; closed when this ends.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  // -1 if none is owned.
  int number() const { return number_; }

 private:
  int number_ = -1;
};

}  // namespace rockpool::store
