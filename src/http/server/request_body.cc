#include "http/server/request_body.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace rockpool::http {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

}  // namespace

Result<RequestBody::Piece> RequestBody::next(std::string_view input, std::size_t most) {
  if (chunked_) {
    ASSIGN_OR_RETURN(ChunkDecoder::Step step, decoder_.next(input, most));
    done_ = step.done;
    return Piece{step.consumed, step.data};
  }
  std::uint64_t available = std::min<std::uint64_t>(left_, input.size());
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>(available, most));
  left_ -= count;
  done_ = left_ == 0;
  return Piece{count, input.substr(0, count)};
}

Result<std::size_t> RequestBody::take(InputBuffer& input, std::span<char> into) {
  if (done_ || into.empty()) return 0;
  ASSIGN_OR_RETURN(Piece piece, next(input.unread(), into.size()));
  if (!piece.data.empty()) std::memcpy(into.data(), piece.data.data(), piece.data.size());
  input.consume(piece.consumed);
  return piece.data.size();
}

Result<bool> RequestBody::ends_in(std::string_view input) const {
  if (!chunked_) return left_ <= input.size();
  ChunkDecoder ahead = decoder_;
  for (;;) {
    ASSIGN_OR_RETURN(ChunkDecoder::Step step, ahead.next(input, kAll));
    if (step.done || step.consumed == 0) return step.done;
    input.remove_prefix(step.consumed);
  }
}

Result<std::optional<std::string_view>> RequestBody::take_whole(InputBuffer& input) {
  if (done_) return std::string_view{};
  ASSIGN_OR_RETURN(bool is_whole, ends_in(input.unread()));
  if (!is_whole) return std::nullopt;
  char* start = input.unread_data();
  std::size_t size = 0;
  while (!done_) {
    ASSIGN_OR_RETURN(Piece piece, next(input.unread(), kAll));
    if (!piece.data.empty()) std::memmove(start + size, piece.data.data(), piece.data.size());
    size += piece.data.size();
    input.consume(piece.consumed);
  }
  return std::string_view(start, size);
}

Result<std::uint64_t> RequestBody::discard(InputBuffer& input) {
  std::uint64_t dropped = 0;
  while (!done_ && !input.unread().empty()) {
    ASSIGN_OR_RETURN(Piece piece, next(input.unread(), kAll));
    input.consume(piece.consumed);
    dropped += piece.consumed;
  }
  return dropped;
}

}  // namespace rockpool::http
