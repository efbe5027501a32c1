#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "http/server/exchange.h"

namespace rockpool::web {

enum class AccessLogFormat : std::uint8_t { Text, Json, Off };

// One line for each request answered. Callable from any thread.
class AccessLog {
 public:
  // Views are read during record() only.
  struct Entry {
    WallTime time;
    std::chrono::microseconds duration{0};
    std::string_view listener;
    std::string_view request_id;
    std::string_view client;
    std::string_view method;
    std::string_view host;
    std::string_view target;
    std::string_view referer;
    std::string_view user_agent;
    int status = 0;
    std::uint64_t response_bytes = 0;
  };

  virtual ~AccessLog() = default;

  // False if record() does nothing, so that an entry need not be made.
  virtual bool is_on() const = 0;
  // Does not wait for whoever reads the log: lines that come faster than they can be written are
  // dropped, and a later line says how many.
  virtual void record(const Entry& entry) = 0;
};

// Writes to `descriptor`, which outlives the log, from a thread of its own. Text is the combined
// log format, then the duration in microseconds and the request id.
std::unique_ptr<AccessLog> make_access_log(AccessLogFormat format, int descriptor);

}  // namespace rockpool::web
