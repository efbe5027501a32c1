#include "web/journal/access_log.h"

#include <ctime>
#include <string>

#include "web/answers/problem.h"
#include "web/journal/line_writer.h"

namespace rockpool::web {
namespace {

std::string_view or_dash(std::string_view text) {
  return text.empty() ? "-" : text;
}

// "10/Oct/2026:13:55:36 +0000"
std::string common_log_time(WallTime time) {
  std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::size_t size = std::strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S +0000", &parts);
  return {text, size};
}

void append_text_line(std::string& to, const AccessLog::Entry& entry) {
  to += or_dash(entry.client);
  to += " - - [" + common_log_time(entry.time) + "] ";
  std::string request_line;
  request_line.reserve(entry.method.size() + entry.target.size() + 10);
  request_line += entry.method;
  request_line += ' ';
  request_line += entry.target;
  request_line += " HTTP/1.1";
  append_json_string(to, request_line);
  to += ' ' + std::to_string(entry.status) + ' ' + std::to_string(entry.response_bytes) + ' ';
  append_json_string(to, or_dash(entry.referer));
  to += ' ';
  append_json_string(to, or_dash(entry.user_agent));
  to += ' ' + std::to_string(entry.duration.count()) + ' ';
  to += entry.request_id;
  to += '\n';
}

void append_member(std::string& to, std::string_view name, std::string_view value) {
  to += ",\"";
  to += name;
  to += "\":";
  append_json_string(to, value);
}

void append_json_line(std::string& to, const AccessLog::Entry& entry) {
  to += "{\"time\":\"" + format_rfc3339(entry.time) + '"';
  append_member(to, "listener", entry.listener);
  append_member(to, "request_id", entry.request_id);
  append_member(to, "client", entry.client);
  append_member(to, "method", entry.method);
  append_member(to, "host", entry.host);
  append_member(to, "target", entry.target);
  append_member(to, "referer", entry.referer);
  append_member(to, "user_agent", entry.user_agent);
  to += ",\"status\":" + std::to_string(entry.status);
  to += ",\"response_bytes\":" + std::to_string(entry.response_bytes);
  to += ",\"duration_us\":" + std::to_string(entry.duration.count()) + "}\n";
}

class NoAccessLog final : public AccessLog {
 public:
  bool is_on() const override { return false; }
  void record(const Entry&) override {}
};

class WrittenAccessLog final : public AccessLog {
 public:
  WrittenAccessLog(AccessLogFormat format, int descriptor)
      : format_(format),
        lines_([descriptor](std::string_view lines) { write_lines(descriptor, lines); },
               [format](std::uint64_t count) { return dropped_line(format, count); }) {}

  bool is_on() const override { return true; }

  void record(const Entry& entry) override {
    std::string line;
    line.reserve(512);
    if (format_ == AccessLogFormat::Json) {
      append_json_line(line, entry);
    } else {
      append_text_line(line, entry);
    }
    lines_.add(line);
  }

 private:
  static std::string dropped_line(AccessLogFormat format, std::uint64_t count) {
    std::string number = std::to_string(count);
    return format == AccessLogFormat::Json ? "{\"dropped_lines\":" + number + "}\n"
                                           : "- - - " + number + " lines dropped\n";
  }

  const AccessLogFormat format_;
  LineWriter lines_;
};

}  // namespace

std::unique_ptr<AccessLog> make_access_log(AccessLogFormat format, int descriptor) {
  if (format == AccessLogFormat::Off) return std::make_unique<NoAccessLog>();
  return std::make_unique<WrittenAccessLog>(format, descriptor);
}

}  // namespace rockpool::web
