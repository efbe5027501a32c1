#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

namespace rockpool {
namespace {

spdlog::level::level_enum to_spdlog(Log::Level level) {
  switch (level) {
    case Log::Level::Debug:
      return spdlog::level::debug;
    case Log::Level::Info:
      return spdlog::level::info;
    case Log::Level::Warning:
      return spdlog::level::warn;
    case Log::Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// RFC 8259 section 7: quotation mark, reverse solidus and control characters are escaped.
std::string escape_json(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

class StderrLog final : public Log {
 public:
  StderrLog(LogFormat format, Level at_least)
      : format_(format),
        logger_("rockpool", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
    logger_.set_level(to_spdlog(at_least));
    logger_.set_pattern(format == LogFormat::Json
                            ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%v"})"
                            : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                        spdlog::pattern_time_type::utc);
    logger_.flush_on(spdlog::level::debug);
  }

  void write(Level level, std::string_view message) override {
    auto spdlog_level = to_spdlog(level);
    if (!logger_.should_log(spdlog_level)) return;
    if (format_ == LogFormat::Json) {
      logger_.log(spdlog_level, spdlog::string_view_t(escape_json(message)));
    } else {
      logger_.log(spdlog_level, spdlog::string_view_t(message.data(), message.size()));
    }
  }

 private:
  LogFormat format_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogFormat format, Log::Level at_least) {
  return std::make_unique<StderrLog>(format, at_least);
}

}  // namespace rockpool
