#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/syntax/message.h"

namespace rockpool::http {

// The framing of one answer: writes its head and the frames of its body, and knows how much of it
// is to come. Pure: the bytes go to a string.
class Answer {
 public:
  struct Context {
    std::string_view date_line = {};  // "Date: …\r\n"
    bool is_head = false;             // the request's method is HEAD
    Version version = Version::Http11;
    bool keep_alive = true;
  };

  bool started() const { return status_ != 0; }
  // The last byte was handed over.
  bool complete() const { return complete_; }
  // Only the end of the connection ends this answer.
  bool ends_with_connection() const { return framing_ == Framing::UntilClose; }
  int status() const { return status_; }
  std::uint64_t body_bytes() const { return body_bytes_; }
  // False for HEAD, 204, 205 and 304: body bytes are counted but not sent.
  bool sends_body() const { return framing_ != Framing::None; }
  bool is_chunked() const { return framing_ == Framing::Chunked; }

  // The head of an answer whose body is complete with the `size` bytes that follow it.
  void start_whole(std::string& out, const ResponseHead& head, std::uint64_t size,
                   const Context& context);
  // The head of an answer whose body comes by and by.
  void start(std::string& out, const ResponseHead& head, std::optional<std::uint64_t> size,
             const Context& context);
  // Accounts for body bytes. Fails with invalid-argument if they are more than was declared.
  Result<void> count(std::uint64_t bytes);
  // What goes before and after a chunk.
  static void append_chunk_start(std::string& out, std::uint64_t size);
  static constexpr std::string_view kChunkEnd = "\r\n";
  // Fails with invalid-argument if fewer bytes came than declared.
  Result<void> finish(std::string& out);

 private:
  enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

  int status_ = 0;
  bool complete_ = false;
  Framing framing_ = Framing::None;
  std::optional<std::uint64_t> declared_;
  std::uint64_t body_bytes_ = 0;
};

}  // namespace rockpool::http
