#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace rockpool::logs {

// The newest byte strings that fit into `max_bytes` of memory, numbered from 0 on. Takes no memory
// while it is empty and at most twice what it holds. One thread at a time.
class RecordBuffer {
 public:
  explicit RecordBuffer(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // The oldest records make room. One that is longer than the whole buffer is refused: false.
  bool push(std::string_view record);

  // The number of the oldest record kept, and of the next one to come.
  std::uint64_t first() const { return first_; }
  std::uint64_t next() const { return first_ + count_; }
  std::size_t memory_bytes() const { return ring_.capacity(); }

  // Visits the records from number `from` on, oldest first; the view lasts for the visit.
  void for_each(
      std::uint64_t from,
      const std::function<void(std::uint64_t number, std::string_view record)>& visit) const;

 private:
  void make_room(std::size_t bytes);
  void drop_oldest();
  void copy_in(std::size_t position, std::string_view bytes);
  void copy_out(std::size_t position, char* to, std::size_t bytes) const;
  std::uint32_t length_at(std::size_t position) const;

  const std::size_t max_bytes_;
  std::vector<char> ring_;
  std::size_t begin_ = 0;  // where the oldest record starts
  std::size_t used_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace rockpool::logs
