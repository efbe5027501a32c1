#include "http/syntax/chunk_decoder.h"

#include <algorithm>

#include "http/syntax/characters.h"

namespace rockpool::http {
namespace {

// 15 hexadecimal digits can't overflow 64 bits.
constexpr std::uint8_t kMaxSizeDigits = 15;
// Of extensions and trailers together; a body of 1-byte chunks must not carry much more than that.
constexpr std::uint32_t kMaxOverhead = 16 * 1024;

}  // namespace

Result<ChunkDecoder::Step> ChunkDecoder::next(std::string_view input, std::size_t max_data) {
  Step step;
  while (step.consumed < input.size() && state_ != State::Done) {
    if (state_ == State::Data) {
      std::uint64_t available = std::min<std::uint64_t>(left_, input.size() - step.consumed);
      auto count = static_cast<std::size_t>(std::min<std::uint64_t>(available, max_data));
      step.data = input.substr(step.consumed, count);
      step.consumed += count;
      left_ -= count;
      if (left_ == 0) state_ = State::DataCr;
      return step;
    }
    if (const char* problem = take(input[step.consumed])) {
      return fail(ErrorCode::BadRequest, problem);
    }
    if (overhead_ > kMaxOverhead) {
      return fail(ErrorCode::HeadersTooLarge, "the chunks' extensions and trailers are too large");
    }
    ++step.consumed;
  }
  step.done = state_ == State::Done;
  return step;
}

const char* ChunkDecoder::take(char c) {
  switch (state_) {
    case State::Size:
    case State::SizeSpace:
      return take_size(c);
    case State::Extension:
      ++overhead_;
      if (c == '\r') {
        state_ = State::SizeLf;
        return nullptr;
      }
      return is_value_char(c) ? nullptr : "a chunk extension holds a control character";
    case State::SizeLf:
      begin_data();
      return c == '\n' ? nullptr : "a chunk's size line does not end with CR LF";
    case State::DataCr:
      state_ = State::DataLf;
      return c == '\r' ? nullptr : "a chunk is longer than its size";
    case State::DataLf:
      state_ = State::Size;
      return c == '\n' ? nullptr : "a chunk does not end with CR LF";
    default:
      return take_trailer(c);
  }
}

const char* ChunkDecoder::take_size(char c) {
  int digit = hex_digit(c);
  if (digit >= 0 && state_ == State::Size) {
    if (++size_digits_ > kMaxSizeDigits) return "a chunk's size is too large";
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return nullptr;
  }
  if (size_digits_ == 0) return "a chunk's size is missing";
  if (c == ';') {
    ++overhead_;
    state_ = State::Extension;
    return nullptr;
  }
  if (is_blank(c)) {
    ++overhead_;
    state_ = State::SizeSpace;
    return nullptr;
  }
  if (c != '\r' || state_ == State::SizeSpace) return "a chunk's size is no hexadecimal number";
  state_ = State::SizeLf;
  return nullptr;
}

void ChunkDecoder::begin_data() {
  state_ = left_ == 0 ? State::TrailerStart : State::Data;
  size_digits_ = 0;
}

const char* ChunkDecoder::take_trailer(char c) {
  ++overhead_;
  switch (state_) {
    case State::TrailerStart:
      state_ = c == '\r' ? State::EndLf : State::TrailerName;
      return c == '\r' || is_token_char(c) ? nullptr : "a trailer's name is invalid";
    case State::TrailerName:
      if (c == ':') {
        state_ = State::TrailerValue;
        return nullptr;
      }
      return is_token_char(c) ? nullptr : "a trailer's name is invalid";
    case State::TrailerValue:
      if (c == '\r') {
        state_ = State::TrailerLf;
        return nullptr;
      }
      return is_value_char(c) ? nullptr : "a trailer's value holds a control character";
    case State::TrailerLf:
      state_ = State::TrailerStart;
      return c == '\n' ? nullptr : "a trailer does not end with CR LF";
    default:
      state_ = State::Done;
      return c == '\n' ? nullptr : "the chunked body does not end with CR LF";
  }
}

}  // namespace rockpool::http
