#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "async/reactor.h"
#include "engine/guest_call.h"
#include "platform/invocations/answer_sink.h"
#include "platform/invocations/invocation_request.h"
#include "platform/serving/destination.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// One call of a function from its request to its outcome, on one reactor. Destroying it ends the
// guest.
class Invocation {
 public:
  virtual ~Invocation() = default;

  // Runs the call as far as it gets without waiting; the outcome if that is to its end, which for
  // most small calls it is. Once.
  virtual std::optional<InvocationOutcome> begin() = 0;
  // Runs the rest, after a begin() that gave no outcome. Ends the guest when cancelled.
  virtual asio::awaitable<InvocationOutcome> finish() = 0;
};

// Runs functions: admission, limits, the guest itself, metrics and log.
class Invoker {
 public:
  virtual ~Invoker() = default;

  // `request`, `body` (null if there is none) and `sink` outlive the invocation; `destination` is
  // of this reactor, on whose thread everything happens.
  virtual std::unique_ptr<Invocation> prepare(async::Reactor& home, Destination destination,
                                              const InvocationRequest& request,
                                              engine::BodySource* body, AnswerSink& sink) = 0;

  // prepare(), begin() and finish() in one.
  asio::awaitable<InvocationOutcome> invoke(async::Reactor& home, Destination destination,
                                            const InvocationRequest& request,
                                            engine::BodySource* body, AnswerSink& sink);
};

}  // namespace rockpool::platform
