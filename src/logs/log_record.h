#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "json/value.h"

namespace rockpool::logs {

// Who said it: the guest on one of its streams, or the platform about the guest.
enum class LogStream : std::uint8_t { Stdout, Stderr, Platform };

// One line of a function's log.
struct LogRecord {
  WallTime time;
  Log::Level level;
  std::string function;
  std::uint64_t version;
  std::string request_id;
  std::string trace_id;
  LogStream stream;
  std::string message;  // valid UTF-8 without control characters but tab
};

std::string_view name_of(LogStream stream);
std::string_view name_of(Log::Level level);

// As the control API shows it.
json::Value to_json(const LogRecord& record);

}  // namespace rockpool::logs
