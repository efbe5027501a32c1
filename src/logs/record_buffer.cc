#include "logs/record_buffer.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace rockpool::logs {
namespace {

// Each record is preceded by its length.
using Length = std::uint32_t;
constexpr std::size_t kFirstBytes = 1024;

}  // namespace

bool RecordBuffer::push(std::string_view record) {
  std::size_t bytes = sizeof(Length) + record.size();
  if (bytes > max_bytes_) return false;
  make_room(bytes);
  auto length = static_cast<Length>(record.size());
  copy_in(begin_ + used_, {reinterpret_cast<const char*>(&length), sizeof(length)});
  copy_in(begin_ + used_ + sizeof(Length), record);
  used_ += bytes;
  ++count_;
  return true;
}

// By growing as far as allowed, then by dropping the oldest.
void RecordBuffer::make_room(std::size_t bytes) {
  if (used_ + bytes > ring_.size() && ring_.size() < max_bytes_) {
    std::size_t size = std::max(ring_.size(), kFirstBytes);
    while (size < used_ + bytes && size < max_bytes_) size *= 2;
    std::vector<char> larger(std::min(size, max_bytes_));
    copy_out(begin_, larger.data(), used_);
    ring_ = std::move(larger);
    begin_ = 0;
  }
  while (used_ + bytes > ring_.size()) drop_oldest();
}

void RecordBuffer::drop_oldest() {
  std::size_t bytes = sizeof(Length) + length_at(begin_);
  begin_ = (begin_ + bytes) % ring_.size();
  used_ -= bytes;
  ++first_;
  --count_;
}

void RecordBuffer::for_each(
    std::uint64_t from,
    const std::function<void(std::uint64_t number, std::string_view record)>& visit) const {
  std::string record;
  std::size_t position = begin_;
  for (std::uint64_t number = first_; number < next(); ++number) {
    Length length = length_at(position);
    if (number >= from) {
      record.resize(length);
      copy_out(position + sizeof(Length), record.data(), length);
      visit(number, record);
    }
    position += sizeof(Length) + length;
  }
}

// Positions count on past the end and wrap here.
void RecordBuffer::copy_in(std::size_t position, std::string_view bytes) {
  if (bytes.empty()) return;
  position %= ring_.size();
  std::size_t before_end = std::min(bytes.size(), ring_.size() - position);
  std::memcpy(ring_.data() + position, bytes.data(), before_end);
  std::memcpy(ring_.data(), bytes.data() + before_end, bytes.size() - before_end);
}

void RecordBuffer::copy_out(std::size_t position, char* to, std::size_t bytes) const {
  if (bytes == 0) return;
  position %= ring_.size();
  std::size_t before_end = std::min(bytes, ring_.size() - position);
  std::memcpy(to, ring_.data() + position, before_end);
  std::memcpy(to + before_end, ring_.data(), bytes - before_end);
}

std::uint32_t RecordBuffer::length_at(std::size_t position) const {
  Length length = 0;
  copy_out(position, reinterpret_cast<char*>(&length), sizeof(length));
  return length;
}

}  // namespace rockpool::logs
