#include "store/mapped_file.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "store/files.h"

namespace rockpool::store {

Result<MappedFile> MappedFile::map(int file) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return std::unexpected(file_error(errno, "map a file", {}));
  auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (start == MAP_FAILED) return std::unexpected(file_error(errno, "map a file", {}));
  return MappedFile(start, size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (start_ != nullptr) (void)::munmap(start_, size_);  // can't fail on what mmap returned
}

}  // namespace rockpool::store
