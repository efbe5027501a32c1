#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "web/journal/line_writer.h"

namespace rockpool::dialects::wess {

// Wess's log file, in its format: `2026-01-31T09:30:00 | INFO wess::tx | src/main.rs:1 - CREATE
// ID`. What a caller sends stays within its line: control characters become \xNN. A file that grows
// beyond 64 MiB becomes wess.log.1, in the place of the one before. Callable from any thread.
class WessLog {
 public:
  enum class Level : std::uint8_t { Error, Warn, Info };
  enum class Target : std::uint8_t { Wess, Transaction, Error };

  // Appends to log/wess.log below `data`, which it makes. `clock` outlives it. Fails with io.
  static Result<std::unique_ptr<WessLog>> open(const std::filesystem::path& data,
                                               const Clock& clock);

  void write(Level level, Target target, std::string_view message);

 private:
  class File;

  WessLog(std::shared_ptr<File> file, const Clock& clock);

  const Clock& clock_;
  web::LineWriter lines_;
};

}  // namespace rockpool::dialects::wess
