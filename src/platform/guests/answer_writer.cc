#include "platform/guests/answer_writer.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/units.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kContentLength = "content-length";
constexpr std::string_view kRequestId = "x-request-id";

std::unexpected<Error> bad_answer(std::string message) {
  return fail(ErrorCode::BadGuestResponse, std::move(message));
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t length = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

}  // namespace

Result<void> AnswerWriter::take_head(engine::AnswerHead head) {
  if (head.status < 200 || head.status > 599) {
    return bad_answer(fmt::format("the guest answered with status {}", head.status));
  }
  status_ = head.status;
  http::ResponseHead checked(head.status);
  for (const auto& [name, value] : head.headers) {
    if (http::equal_ignoring_case(name, kContentLength)) {
      auto length = parse_length(value);
      if (!length || (declared_length_ && declared_length_ != length)) {
        return bad_answer("the guest's Content-Length is no length");
      }
      declared_length_ = length;
      continue;
    }
    if (http::is_framing_field(name) || http::equal_ignoring_case(name, kRequestId)) continue;
    if (!checked.add(name, value)) {
      return bad_answer("the guest's answer has a header that is no valid HTTP");
    }
  }
  head_ = std::move(checked);
  return {};
}

Result<void> AnswerWriter::take_body(std::string piece) {
  length_ += piece.size();
  if (limit_ && length_ > *limit_) {
    return bad_answer(fmt::format("the guest's answer is larger than {}, the function's limit",
                                  format_bytes(*limit_)));
  }
  if (declared_length_ && length_ > *declared_length_ && has_body()) {
    return bad_answer("the guest's answer is longer than its Content-Length");
  }
  if (pending_.empty()) {
    pending_ = std::move(piece);
  } else {
    pending_ += piece;
  }
  return {};
}

bool AnswerWriter::has_body() const {
  return !is_head_request_ && status_ != 204 && status_ != 304;
}

Result<void> AnswerWriter::check_end() const {
  if (!has_head()) return bad_answer("the guest ended without an answer");
  if (declared_length_ && length_ != *declared_length_ && has_body()) {
    return bad_answer("the guest's answer is shorter than its Content-Length");
  }
  return {};
}

bool AnswerWriter::can_answer_whole() const {
  return head_.has_value() && (!declared_length_ || *declared_length_ == length_);
}

void AnswerWriter::answer_whole() {
  sink_.answer(*std::exchange(head_, std::nullopt), pending_);
  is_started_ = true;
  pending_.clear();
}

Task<void> AnswerWriter::flush() {
  if (!is_started_) {
    is_started_ = true;
    auto head = *std::exchange(head_, std::nullopt);
    CO_RETURN_IF_ERROR(co_await sink_.start(std::move(head), declared_length_));
  }
  if (pending_.empty()) co_return Result<void>{};
  auto chunk = std::exchange(pending_, {});
  co_return co_await sink_.write(chunk);
}

Task<void> AnswerWriter::finish() {
  CO_RETURN_IF_ERROR(co_await flush());
  co_return co_await sink_.finish();
}

void AnswerWriter::abort() {
  if (is_started_) sink_.abort();
}

}  // namespace rockpool::platform
