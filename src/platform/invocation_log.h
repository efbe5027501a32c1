#pragma once

#include <optional>
#include <string_view>

#include "engine/host.h"
#include "host/call_log.h"
#include "host/log_ring.h"
#include "platform/invocation_request.h"

namespace rockpool::platform {

// What one call writes to its function's log; costs nothing until it writes.
class InvocationLog final : public engine::CallHost {
 public:
  // Both outlive it.
  InvocationLog(host::LogRing& ring, std::uint64_t version, const InvocationRequest& request)
      : ring_(ring), version_(version), request_(request) {}

  void log(engine::GuestStream stream, std::string_view bytes) override {
    opened().log(stream, bytes);
  }
  void say(Log::Level level, std::string_view text) { opened().say(level, text); }

 private:
  host::CallLog& opened();

  host::LogRing& ring_;
  const std::uint64_t version_;
  const InvocationRequest& request_;
  std::optional<host::CallLog> log_;
};

}  // namespace rockpool::platform
