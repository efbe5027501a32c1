#include "store/file_descriptor.h"

#include <unistd.h>

namespace rockpool::store {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  // What had to be durable was synced before.
  if (number_ >= 0) (void)::close(number_);
}

}  // namespace rockpool::store
