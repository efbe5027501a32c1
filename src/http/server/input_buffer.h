#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rockpool::http {

// What a connection received and nobody consumed yet. Bytes that were held do not move until they
// are released, so that views of a request's head stay valid while its body comes in.
class InputBuffer {
 public:
  // A request's head and a small body fit; ten thousand idle connections cost 40 MB.
  static constexpr std::size_t kSmallBlock = std::size_t{4} * 1024;

  std::string_view unread() const { return {block_.get() + begin_, end_ - begin_}; }
  // The same bytes, for decoding in place.
  char* unread_data() { return block_.get() + begin_; }
  void consume(std::size_t count) { begin_ += count; }

  // Where the next bytes go; empty if the block is full.
  std::span<char> room() { return {block_.get() + end_, capacity_ - end_}; }
  void commit(std::size_t count) { end_ += count; }

  // These may move the unread bytes, so no read may be under way into room().
  // Starts over at the block's front if everything was consumed.
  void rewind();
  // Makes room for at least `count` more bytes.
  void reserve(std::size_t count);

  // What was received so far, consumed or not, stays where it is until release().
  void hold() { held_ = true; }
  void release();

 private:
  void move_to(std::unique_ptr<char[]> block, std::size_t capacity);

  std::unique_ptr<char[]> block_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool held_ = false;                   // block_ holds bytes that must not move
  std::unique_ptr<char[]> held_block_;  // the small block that held the head, once outgrown
};

}  // namespace rockpool::http
