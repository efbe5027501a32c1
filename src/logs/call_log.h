#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/host/host.h"
#include "logs/log_ring.h"

namespace rockpool::logs {

// What one call writes to its function's log: the guest's bytes as lines, each with the call's
// request id. A line is recorded at its newline, at 16 KiB, or when the call ends.
//
// One thread at a time. The ring outlives it.
class CallLog final {
 public:
  CallLog(LogRing& ring, LogRing::Origin origin);
  // Records what has no newline yet.
  ~CallLog();
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  void log(engine::GuestStream stream, std::string_view bytes);
  // What the platform has to say of this call; may hold several lines.
  void say(Log::Level level, std::string_view text);
  // Records what has no newline yet, for those who read the log before this ends.
  void flush();

 private:
  void add_line(engine::GuestStream stream, std::string_view line);

  LogRing& ring_;
  const LogRing::Origin origin_;
  std::array<std::string, 2> partial_;  // by GuestStream
};

}  // namespace rockpool::logs
