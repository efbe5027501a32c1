#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace rockpool::http {

// A blocking socket for tests, which sends exactly what it is told. Every wait ends after ten
// seconds with a failed test.
class RawClient {
 public:
  // To a port of 127.0.0.1. `receive_buffer` bytes, if not 0, limit what the kernel takes for us.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False if the server closed the connection.
  bool send(std::string_view bytes);
  void end_sending();
  void close();
  // Closes so that the server sees a reset.
  void reset();

  // One answer with its body, by Content-Length or chunks (kept as sent); "" if the server closed.
  std::string read_answer();
  // An answer without a body, whatever its Content-Length says.
  std::string read_head();
  // Up to the end of the connection.
  std::string read_to_end();
  // Whether the connection ended by a reset, as far as was read.
  bool was_reset() const { return was_reset_; }

 private:
  // False at the end of the connection.
  bool receive();
  std::string take(std::size_t size);

  int socket_ = -1;
  bool was_reset_ = false;
  std::string received_;
};

// The part of an answer after its head.
std::string body_of(const std::string& answer);
// The bytes that a chunked body stands for; a failed test if it is broken or has no last chunk.
std::string dechunked(std::string_view body);

}  // namespace rockpool::http
