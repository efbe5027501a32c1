#include "platform/outbound/outbound_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/units.h"

namespace rockpool::platform {
namespace {

using engine::OutgoingRequest;

constexpr std::string_view kContentLength = "content-length";
constexpr std::string_view kTraceparent = "traceparent";

std::optional<std::uint64_t> announced_length(const OutgoingRequest& request) {
  for (const auto& [name, value] : request.headers()) {
    if (!http::equal_ignoring_case(name, kContentLength)) continue;
    std::uint64_t length = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error == std::errc() && end == value.data() + value.size()) return length;
  }
  return std::nullopt;
}

// A span of its own that the guest made in its caller's trace (W3C Trace Context section 3.2).
bool is_span_of(std::string_view given, std::string_view trace) {
  constexpr std::size_t kUpToTraceId = 36;
  constexpr std::size_t kSpanEnd = 52;
  auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return given.size() == 55 && trace.size() >= kUpToTraceId &&
         given.substr(0, kUpToTraceId) == trace.substr(0, kUpToTraceId) && given[kSpanEnd] == '-' &&
         std::ranges::all_of(given.substr(kUpToTraceId, 16), is_digit) &&
         given.substr(kUpToTraceId, 16).find_first_not_of('0') != std::string_view::npos &&
         is_digit(given[53]) && is_digit(given[54]);
}

}  // namespace

void CalleeAnswer::answer(http::ResponseHead head, std::string_view body) {
  if (!is_streamed() && body.size() > request_.max_answer_bytes()) {
    is_too_large_ = true;
    return;
  }
  begin(head, body.size(), OutgoingRequest::Voice::Callee);
  if (has_body(head.status())) request_.write_last(body);
  request_.finish();
}

Task<void> CalleeAnswer::start(http::ResponseHead head, std::optional<std::uint64_t> length) {
  if (is_streamed()) {
    begin(head, length, OutgoingRequest::Voice::Callee);
  } else {
    head_ = std::move(head);
  }
  co_return Result<void>{};
}

Task<void> CalleeAnswer::write(std::string_view chunk) {
  if (is_streamed()) co_return co_await request_.write(chunk);
  is_too_large_ = body_.size() + chunk.size() > request_.max_answer_bytes();
  if (auto refused = refusal()) co_return std::unexpected(*std::move(refused));
  body_ += chunk;
  co_return Result<void>{};
}

Task<void> CalleeAnswer::finish() {
  if (is_streamed()) {
    request_.finish();
  } else {
    answer(std::move(head_), body_);
  }
  co_return Result<void>{};
}

void CalleeAnswer::abort() {
  if (is_streamed()) request_.fail(ErrorCode::BadGuestResponse);
}

std::optional<Error> CalleeAnswer::refusal() const {
  if (!is_too_large_) return std::nullopt;
  return Error(ErrorCode::BadGuestResponse,
               fmt::format("the answer is larger than {}, which is what its caller has room for",
                           format_bytes(request_.max_answer_bytes())));
}

void CalleeAnswer::replace(const FailureAnswer& failure) {
  if (is_begun_) return;
  begin(failure.head, failure.body.size(), OutgoingRequest::Voice::Platform);
  if (has_body(failure.head.status())) request_.write_last(failure.body);
  request_.finish();
}

void CalleeAnswer::begin(const http::ResponseHead& head, std::optional<std::uint64_t> length,
                         OutgoingRequest::Voice voice) {
  is_begun_ = true;
  engine::AnswerHead told;
  told.status = head.status();
  for (auto field : head) told.headers.emplace_back(field.name, field.value);
  bool has_length = length && head.status() != 204 && head.status() != 304;
  if (has_length) told.headers.emplace_back(kContentLength, fmt::format("{}", *length));
  request_.begin(told, voice);
}

bool CalleeAnswer::has_body(int status) const {
  return request_.method() != "HEAD" && status != 204 && status != 304;
}

OutboundCall::OutboundCall(const Caller& caller, OutgoingRequest& request, CallTarget target)
    : request_(request),
      target_(std::move(target)),
      authority_(target_.name.text() + ".rockpool.internal"),
      request_id_(caller.request_id),
      traceparent_(caller.traceparent),
      remote_address_(caller.remote_address),
      answer_(request) {
  choose_traceparent(caller);
  describe(caller);
}

void OutboundCall::choose_traceparent(const Caller& caller) {
  for (const auto& [name, value] : request_.headers()) {
    bool is_its_span =
        http::equal_ignoring_case(name, kTraceparent) && is_span_of(value, caller.traceparent);
    if (is_its_span) traceparent_ = value;
  }
}

void OutboundCall::describe(const Caller& caller) {
  described_.method = request_.method();
  described_.authority = authority_;
  described_.path_with_query = target_.path_with_query;
  described_.headers.emplace_back("host", authority_);
  for (const auto& [name, value] : request_.headers()) {
    if (!http::equal_ignoring_case(name, "host")) described_.headers.emplace_back(name, value);
  }
  described_.has_body = request_.body() != nullptr;
  if (described_.has_body) described_.content_length = announced_length(request_);
  if (request_.way() == OutgoingRequest::Way::Call) {
    described_.content_length = request_.body()->whole().value_or("").size();
    described_.trigger = Trigger::Other;
  }
  described_.remote_address = remote_address_;
  described_.server_name = authority_;
  described_.server_port = "80";
  described_.request_id = request_id_;
  described_.traceparent = traceparent_;
  described_.depth = caller.depth + 1;
  described_.deadline = caller.deadline;
}

asio::awaitable<InvocationOutcome> OutboundCall::run(async::Reactor& home, Destination destination,
                                                     Invoker& invoker) {
  co_return co_await invoker.invoke(home, std::move(destination), described_, request_.body(),
                                    answer_);
}

}  // namespace rockpool::platform
