#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/reactor.h"
#include "async/task_group.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/host/host.h"
#include "platform/invocations/invoker.h"
#include "platform/outbound/failure_answer.h"
#include "platform/serving/serving_table.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// How deep functions may call functions; the call from outside counts as none.
constexpr int kMaxCallDepth = 8;

// What a function's guest calls another with; a copy, as the caller may end before its call does.
struct Caller {
  std::shared_ptr<const ServedVersion> version;
  std::string request_id;
  std::string traceparent;
  std::string remote_address;
  int depth = 0;        // of the caller itself
  SteadyTime deadline;  // when it ends at the latest
};

// Calls of functions by functions. A callee is an ordinary invocation, on the caller's reactor; it
// is ended with its caller.
class OutboundCalls {
 public:
  // All outlive it.
  OutboundCalls(async::Reactors& reactors, ServingTable& serving, Invoker& invoker,
                RenderFailure render_failure, Log& log);

  // On that reactor: sees that the request is answered or failed.
  void start(async::Reactor& home, Caller caller, std::shared_ptr<engine::OutgoingRequest> request);

  // Ends those under way; later ones fail. Awaited on any reactor while all of them run.
  asio::awaitable<void> stop();

 private:
  Task<void> run(async::Reactor& home, Caller caller,
                 std::shared_ptr<engine::OutgoingRequest> request);
  asio::awaitable<void> stop_group(std::size_t reactor);

  async::Reactors& reactors_;
  ServingTable& serving_;
  Invoker& invoker_;
  const RenderFailure render_failure_;
  // Each belongs to its reactor; gone once stopped.
  std::vector<std::unique_ptr<async::TaskGroup>> groups_;
};

}  // namespace rockpool::platform
