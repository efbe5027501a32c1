#pragma once

#include <memory>
#include <string_view>

namespace rockpool {

// The server's own log (functions have logs of their own). Passed by constructor; callable from any
// thread.
class Log {
 public:
  enum class Level { Debug, Info, Warning, Error };

  virtual ~Log() = default;
  virtual void write(Level level, std::string_view message) = 0;

  void debug(std::string_view message) { write(Level::Debug, message); }
  void info(std::string_view message) { write(Level::Info, message); }
  void warning(std::string_view message) { write(Level::Warning, message); }
  void error(std::string_view message) { write(Level::Error, message); }
};

enum class LogFormat { Text, Json };

// Writes lines to stderr.
std::unique_ptr<Log> make_stderr_log(LogFormat format, Log::Level at_least);

}  // namespace rockpool
