#include "logs/call_log.h"

#include <algorithm>
#include <utility>

#include "logs/escape_line.h"

namespace rockpool::logs {
namespace {

LogStream stream_of(engine::GuestStream stream) {
  return stream == engine::GuestStream::Stdout ? LogStream::Stdout : LogStream::Stderr;
}

}  // namespace

CallLog::CallLog(LogRing& ring, LogRing::Origin origin) : ring_(ring), origin_(std::move(origin)) {}

CallLog::~CallLog() {
  flush();
}

void CallLog::log(engine::GuestStream stream, std::string_view bytes) {
  std::string& partial = partial_[static_cast<std::size_t>(stream)];
  while (!bytes.empty()) {
    auto newline = bytes.find('\n');
    auto take = std::min({newline, bytes.size(), LogRing::kMaxMessageBytes - partial.size()});
    if (take == newline && partial.empty()) {
      add_line(stream, bytes.substr(0, take));  // the usual case copies nothing
      bytes.remove_prefix(take + 1);
      continue;
    }
    partial += bytes.substr(0, take);
    bytes.remove_prefix(take);
    if (bytes.empty()) break;
    if (take == newline) {
      bytes.remove_prefix(1);
      add_line(stream, std::exchange(partial, {}));
    } else {
      // Full; a character that is cut goes to the next record.
      auto tail = partial.substr(partial.size() - incomplete_tail(partial));
      partial.resize(partial.size() - tail.size());
      add_line(stream, std::exchange(partial, tail));
    }
  }
}

void CallLog::say(Log::Level level, std::string_view text) {
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    ring_.append(origin_, LogStream::Platform, level, line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

void CallLog::flush() {
  for (auto stream : {engine::GuestStream::Stdout, engine::GuestStream::Stderr}) {
    auto line = std::exchange(partial_[static_cast<std::size_t>(stream)], {});
    if (!line.empty()) add_line(stream, line);
  }
}

void CallLog::add_line(engine::GuestStream stream, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ring_.append(origin_, stream_of(stream), Log::Level::Info, line);
}

}  // namespace rockpool::logs
