#include "web/access_log.h"

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>

#include "web/problem.h"

namespace rockpool::web {
namespace {

// How much may wait to be written: some seconds of a busy server.
constexpr std::size_t kMaxWaitingBytes = std::size_t{4} << 20;

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
      : format_(format), descriptor_(descriptor), writer_([this] { write_lines(); }) {}

  ~WrittenAccessLog() override {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
    writer_.join();
  }

  bool is_on() const override { return true; }

  void record(const Entry& entry) override {
    std::string line;
    line.reserve(512);
    if (format_ == AccessLogFormat::Json) {
      append_json_line(line, entry);
    } else {
      append_text_line(line, entry);
    }
    bool writer_sleeps = false;
    {
      std::lock_guard lock(mutex_);
      if (waiting_.size() + line.size() > kMaxWaitingBytes) {
        ++dropped_;
        return;
      }
      writer_sleeps = waiting_.empty();
      waiting_ += line;
    }
    if (writer_sleeps) changed_.notify_one();
  }

 private:
  void write_lines() {
    std::string lines;
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      lines.swap(waiting_);
      if (dropped_ > 0) lines += dropped_line(std::exchange(dropped_, 0));
      lock.unlock();
      write_all(lines);
      lines.clear();
      lock.lock();
    }
  }

  std::string dropped_line(std::uint64_t count) const {
    std::string number = std::to_string(count);
    return format_ == AccessLogFormat::Json ? "{\"dropped_lines\":" + number + "}\n"
                                            : "- - - " + number + " lines dropped\n";
  }

  // A log that can't be written is no reason to fail a request; what fails here is lost.
  void write_all(std::string_view lines) const {
    while (!lines.empty()) {
      ssize_t written = ::write(descriptor_, lines.data(), lines.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      lines.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  const AccessLogFormat format_;
  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  bool stopped_ = false;
  std::thread writer_;  // last: it uses what stands above
};

}  // namespace

std::unique_ptr<AccessLog> make_access_log(AccessLogFormat format, int descriptor) {
  if (format == AccessLogFormat::Off) return std::make_unique<NoAccessLog>();
  return std::make_unique<WrittenAccessLog>(format, descriptor);
}

}  // namespace rockpool::web
