#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace rockpool::http {

// Decodes a chunked body (RFC 9112 section 7.1) that arrives in pieces. Extensions are ignored and
// trailers dropped, both within limits. Does not allocate, except for an error.
class ChunkDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;  // bytes of the input that are dealt with
    std::string_view data;     // body bytes, a part of the input consumed
    bool done = false;         // the body and its trailers have ended
  };

  // Goes on with the bytes that follow those consumed so far, up to and including the first run of
  // body bytes (`max_data` at most). A step that consumed nothing needs more input. Fails with
  // bad-request or headers-too-large; the decoder is not used again then.
  Result<Step> next(std::string_view input, std::size_t max_data);

 private:
  enum class State : std::uint8_t {
    Size,       // in the digits
    SizeSpace,  // in space that only an extension may follow
    Extension,  // up to the CR
    SizeLf,     // after the CR of the size's line
    Data,       // in the chunk's bytes
    DataCr,     // after them
    DataLf,
    TrailerStart,  // at the start of a trailer line or the last, empty one
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,  // after the CR of the empty line
    Done,
  };

  // One byte of the framing; nullptr, or what is wrong with it.
  const char* take(char c);
  const char* take_size(char c);
  const char* take_trailer(char c);
  void begin_data();

  State state_ = State::Size;
  std::uint8_t size_digits_ = 0;
  std::uint32_t overhead_ = 0;  // bytes of extensions and trailers
  std::uint64_t left_ = 0;      // of the current chunk
};

}  // namespace rockpool::http
