#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/host/host.h"
#include "platform/invocations/answer_sink.h"
#include "platform/invocations/invoker.h"
#include "platform/outbound/call_target.h"
#include "platform/outbound/outbound_calls.h"

namespace rockpool::platform {

// Hands a callee's answer to the guest that called: as it comes, or, to rockpool.call, whole.
class CalleeAnswer final : public AnswerSink {
 public:
  // `request` outlives it.
  explicit CalleeAnswer(engine::OutgoingRequest& request) : request_(request) {}

  void answer(http::ResponseHead head, std::string_view body) override;
  Task<void> start(http::ResponseHead head, std::optional<std::uint64_t> length) override;
  Task<void> write(std::string_view chunk) override;
  Task<void> finish() override;
  void abort() override;

  // Instead of the callee's answer, or of the rest of one that is not handed over yet.
  void replace(const FailureAnswer& failure);
  // Why an answer that the callee gave is not handed over.
  std::optional<Error> refusal() const;

 private:
  bool is_streamed() const { return request_.way() == engine::OutgoingRequest::Way::Http; }
  void begin(const http::ResponseHead& head, std::optional<std::uint64_t> length,
             engine::OutgoingRequest::Voice voice);
  bool has_body(int status) const;

  engine::OutgoingRequest& request_;
  bool is_begun_ = false;
  bool is_too_large_ = false;
  // Of an answer that is handed over whole.
  http::ResponseHead head_;
  std::string body_;
};

// One call of a function by another: what its invocation refers to. It stays where it was made.
class OutboundCall {
 public:
  // `request` outlives it.
  OutboundCall(const Caller& caller, engine::OutgoingRequest& request, CallTarget target);
  OutboundCall(const OutboundCall&) = delete;
  OutboundCall& operator=(const OutboundCall&) = delete;

  std::string_view path() const { return described_.path(); }
  std::string_view request_id() const { return request_id_; }

  // Runs the callee to its end. Ends it when cancelled.
  asio::awaitable<InvocationOutcome> run(async::Reactor& home, Destination destination,
                                         Invoker& invoker);
  CalleeAnswer& answer() { return answer_; }

 private:
  void describe(const Caller& caller);
  void choose_traceparent(const Caller& caller);

  engine::OutgoingRequest& request_;
  const CallTarget target_;
  const std::string authority_;
  const std::string request_id_;
  std::string traceparent_;
  const std::string remote_address_;
  InvocationRequest described_;
  CalleeAnswer answer_;
};

}  // namespace rockpool::platform
