#include "logs/log_record.h"

namespace rockpool::logs {

std::string_view name_of(LogStream stream) {
  switch (stream) {
    case LogStream::Stdout:
      return "stdout";
    case LogStream::Stderr:
      return "stderr";
    case LogStream::Platform:
      return "platform";
  }
  return "unknown";
}

std::string_view name_of(Log::Level level) {
  switch (level) {
    case Log::Level::Debug:
      return "debug";
    case Log::Level::Info:
      return "info";
    case Log::Level::Warning:
      return "warning";
    case Log::Level::Error:
      return "error";
  }
  return "unknown";
}

json::Value to_json(const LogRecord& record) {
  return json::Value{
      {"time", format_rfc3339(record.time)}, {"level", name_of(record.level)},
      {"function", record.function},         {"version", record.version},
      {"request_id", record.request_id},     {"trace_id", record.trace_id},
      {"stream", name_of(record.stream)},    {"message", record.message},
  };
}

}  // namespace rockpool::logs
