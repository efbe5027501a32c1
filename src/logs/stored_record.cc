#include "logs/stored_record.h"

#include <cstdint>
#include <cstring>

namespace rockpool::logs {
namespace {

// What precedes the texts: request id, trace id and message, one after the other.
struct Head {
  std::int64_t milliseconds;
  std::uint64_t version;
  std::uint32_t request_id_bytes;
  std::uint32_t trace_id_bytes;
  LogStream stream;
  std::uint8_t level;
};

}  // namespace

std::string pack(const LogRecord& record) {
  Head head{};
  head.milliseconds = record.time.time_since_epoch().count();
  head.version = record.version;
  head.request_id_bytes = static_cast<std::uint32_t>(record.request_id.size());
  head.trace_id_bytes = static_cast<std::uint32_t>(record.trace_id.size());
  head.stream = record.stream;
  head.level = static_cast<std::uint8_t>(record.level);
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof(head));
  return bytes + record.request_id + record.trace_id + record.message;
}

LogRecord unpack(std::string_view bytes, const std::string& function) {
  Head head{};
  std::memcpy(&head, bytes.data(), sizeof(head));
  bytes.remove_prefix(sizeof(head));
  return {.time = WallTime(std::chrono::milliseconds(head.milliseconds)),
          .level = static_cast<Log::Level>(head.level),
          .function = function,
          .version = head.version,
          .request_id = std::string(bytes.substr(0, head.request_id_bytes)),
          .trace_id = std::string(bytes.substr(head.request_id_bytes, head.trace_id_bytes)),
          .stream = head.stream,
          .message = std::string(bytes.substr(head.request_id_bytes + head.trace_id_bytes))};
}

}  // namespace rockpool::logs
