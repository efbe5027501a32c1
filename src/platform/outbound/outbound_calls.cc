#include "platform/outbound/outbound_calls.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "async/cancel_when.h"
#include "logs/call_log.h"
#include "platform/outbound/outbound_call.h"
#include "platform/serving/served_version.h"

namespace rockpool::platform {
namespace {

using engine::OutgoingRequest;

const FunctionName& name_of(const Caller& caller) {
  return caller.version->function->name;
}

// A line in the caller's log.
void tell(const Caller& caller, std::string_view text) {
  std::string trace_id = caller.traceparent.size() < 35 ? "" : caller.traceparent.substr(3, 32);
  logs::LogRing::Origin origin{.version = caller.version->function->live->number,
                               .request_id = caller.request_id,
                               .trace_id = std::move(trace_id)};
  logs::CallLog(*caller.version->served->log, std::move(origin)).say(Log::Level::Warning, text);
}

// Whether the caller may, and where that leads.
Result<CallTarget> permitted_target(const Caller& caller, const OutgoingRequest& request) {
  ASSIGN_OR_RETURN(auto target, call_target(request));
  if (!may_call(caller.version->function->live->settings.grants, target.name)) {
    return fail(ErrorCode::CallDenied,
                fmt::format("a call of '{0}' was denied: '{1}' lacks the grant call = [\"{0}\"]; "
                            "rockpool set {1} grants.call={0} gives it",
                            target.name.text(), name_of(caller).text()));
  }
  if (caller.depth >= kMaxCallDepth) {
    return fail(ErrorCode::LoopDetected,
                fmt::format("a call of '{}' was refused: it would be {} calls deep",
                            target.name.text(), caller.depth + 1));
  }
  return target;
}

}  // namespace

OutboundCalls::OutboundCalls(async::Reactors& reactors, ServingTable& serving, Invoker& invoker,
                             RenderFailure render_failure, Log& log)
    : reactors_(reactors),
      serving_(serving),
      invoker_(invoker),
      render_failure_(std::move(render_failure)) {
  auto on_error = [&log](const std::string& group, const Error& error) {
    log.error(fmt::format("{}: {}", group, error.to_string()));
  };
  for (std::size_t i = 0; i < reactors.size(); ++i) {
    auto executor = reactors[i].context().get_executor();
    groups_.push_back(std::make_unique<async::TaskGroup>("function calls", executor, on_error));
  }
}

void OutboundCalls::start(async::Reactor& home, Caller caller,
                          std::shared_ptr<OutgoingRequest> request) {
  auto& group = groups_[home.index()];
  if (group == nullptr) return request->fail(ErrorCode::Draining);
  group->spawn(run(home, std::move(caller), std::move(request)));
}

Task<void> OutboundCalls::run(async::Reactor& home, Caller caller,
                              std::shared_ptr<OutgoingRequest> request) {
  bool is_http = request->way() == OutgoingRequest::Way::Http;
  auto refuse = [&](const Error& why) {
    tell(caller, why.message());
    if (is_http) return request->fail(why.code());
    CalleeAnswer(*request).replace(render_failure_(why, caller.request_id, {}));
  };
  auto target = permitted_target(caller, *request);
  if (!target) {
    refuse(target.error());
    co_return Result<void>{};
  }
  FunctionName name = target->name;
  OutboundCall call(caller, *request, *std::move(target));
  auto destination = serving_.route_within(home.index(), name, call.path());
  if (!destination) {
    refuse(destination.error());
    co_return Result<void>{};
  }
  auto subscribe = [&request](std::function<void()> told) {
    request->on_abandoned(std::move(told));
  };
  auto running = call.run(home, *std::move(destination), invoker_);
  auto outcome = co_await async::cancel_when(subscribe, std::move(running));
  if (!outcome) co_return Result<void>{};
  auto failure = outcome->failure ? std::move(outcome->failure) : call.answer().refusal();
  if (failure) {
    call.answer().replace(render_failure_(*failure, call.request_id(), outcome->allow));
  }
  co_return Result<void>{};
}

asio::awaitable<void> OutboundCalls::stop() {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    auto stopping = stop_group(i);
    co_await asio::co_spawn(reactors_[i].context(), std::move(stopping), asio::use_awaitable);
  }
}

asio::awaitable<void> OutboundCalls::stop_group(std::size_t reactor) {
  auto group = std::move(groups_[reactor]);
  if (group == nullptr) co_return;
  group->stop();
  co_await group->wait();
}

}  // namespace rockpool::platform
