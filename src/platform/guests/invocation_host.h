#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "async/reactor.h"
#include "engine/host/host.h"
#include "logs/call_log.h"
#include "platform/invocations/invocation_request.h"
#include "platform/outbound/outbound_calls.h"
#include "platform/serving/destination.h"

namespace rockpool::platform {

// What one invocation's guest asks of the world: lines for its function's log, requests to other
// functions. Costs nothing until it asks.
class InvocationHost final : public engine::CallHost {
 public:
  // All outlive it.
  InvocationHost(async::Reactor& home, const Destination& destination,
                 const InvocationRequest& request, OutboundCalls& calls)
      : home_(home), destination_(destination), request_(request), calls_(calls) {}

  void log(engine::GuestStream stream, std::string_view bytes) override {
    opened().log(stream, bytes);
  }
  void send(std::shared_ptr<engine::OutgoingRequest> request) override;

  // Not while the guest runs.
  void say(Log::Level level, std::string_view text) { opened().say(level, text); }
  // When the invocation ends at the latest; before the guest starts.
  void set_deadline(SteadyTime deadline) { deadline_ = deadline; }

 private:
  logs::CallLog& opened();

  async::Reactor& home_;
  const Destination& destination_;
  const InvocationRequest& request_;
  OutboundCalls& calls_;
  SteadyTime deadline_;
  std::optional<logs::CallLog> log_;
};

}  // namespace rockpool::platform
