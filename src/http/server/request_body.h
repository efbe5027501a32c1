#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "http/server/input_buffer.h"
#include "http/syntax/chunk_decoder.h"
#include "http/syntax/message.h"

namespace rockpool::http {

// How much of a request's body is still to come, and in what framing.
class RequestBody {
 public:
  // No body.
  RequestBody() = default;
  explicit RequestBody(const Request& request)
      : chunked_(request.chunked),
        done_(!request.has_body()),
        left_(request.content_length.value_or(0)) {}

  bool done() const { return done_; }
  // Whether at most `count` more bytes are to come, as far as is known.
  bool ends_within(std::uint64_t count) const { return done_ || chunked_ || left_ <= count; }

  // Takes body bytes from `input` into `into`. 0 if none are there; then done() tells whether more
  // will come. Fails as ChunkDecoder does.
  Result<std::size_t> take(InputBuffer& input, std::span<char> into);
  // The rest of the body in one piece, if all of it is in `input`: consumed, and decoded in place.
  Result<std::optional<std::string_view>> take_whole(InputBuffer& input);
  // Drops the body bytes in `input`; gives their number.
  Result<std::uint64_t> discard(InputBuffer& input);

 private:
  struct Piece {
    std::size_t consumed = 0;
    std::string_view data;
  };
  Result<Piece> next(std::string_view input, std::size_t most);
  // Whether the rest of a chunked body is all in `input`.
  Result<bool> ends_in(std::string_view input) const;

  bool chunked_ = false;
  bool done_ = true;
  std::uint64_t left_ = 0;
  ChunkDecoder decoder_;
};

}  // namespace rockpool::http
