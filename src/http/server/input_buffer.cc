#include "http/server/input_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace rockpool::http {

void InputBuffer::reserve(std::size_t count) {
  if (capacity_ - end_ >= count) return;
  std::size_t wanted = unread().size() + count;
  if (!held_ && wanted <= capacity_) {
    std::memmove(block_.get(), unread_data(), unread().size());
    end_ -= begin_;
    begin_ = 0;
    return;
  }
  std::size_t capacity = std::max(wanted, kSmallBlock);
  move_to(std::make_unique_for_overwrite<char[]>(capacity), capacity);
}

void InputBuffer::move_to(std::unique_ptr<char[]> block, std::size_t capacity) {
  std::size_t count = unread().size();
  if (count > 0) std::memcpy(block.get(), unread_data(), count);
  if (held_) {
    CHECK(!held_block_, "held bytes are in one block");
    held_block_ = std::move(block_);
    held_ = false;
  }
  block_ = std::move(block);
  capacity_ = capacity;
  begin_ = 0;
  end_ = count;
}

void InputBuffer::rewind() {
  if (held_ || begin_ < end_) return;
  begin_ = end_ = 0;
  if (capacity_ <= kSmallBlock) return;
  block_.reset();
  capacity_ = 0;
}

void InputBuffer::release() {
  held_ = false;
  held_block_.reset();
}

}  // namespace rockpool::http
