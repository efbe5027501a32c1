#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace rockpool::store {

// A file's bytes in memory, read as they are touched.
class MappedFile {
 public:
  // Maps the whole of an open file.
  static Result<MappedFile> map(int file);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  MappedFile(void* start, std::size_t size) : start_(start), size_(size) {}

  void* start_;  // null if the file is empty
  std::size_t size_;
};

}  // namespace rockpool::store
