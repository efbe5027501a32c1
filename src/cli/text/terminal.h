#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::cli {

enum class Colour : std::uint8_t { Red, Yellow, Green, Dim };

// What stands behind the three streams of a process.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& error;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool error_is_terminal = false;
  bool colour = false;  // where a stream is a terminal
};

// Where a command speaks: data goes to stdout, words and progress to stderr. Progress, colour and
// hints are for terminals alone.
class Terminal {
 public:
  explicit Terminal(Streams streams) : streams_(streams) {}
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Data as it is, and flushed.
  void data(std::string_view bytes);
  void line(std::string_view text);

  void note(std::string_view text);
  void hint(std::string_view text);
  void failure(const Error& error);
  // Takes the place of the progress shown before.
  void progress(std::string_view text);
  void end_progress();

  // Asks a person; false unless the answer begins with 'y'.
  bool confirm(std::string_view question);
  bool can_ask() const { return streams_.in_is_terminal && streams_.error_is_terminal; }
  bool shows_progress() const { return streams_.error_is_terminal; }

  // For what goes to stdout.
  std::string paint(Colour colour, std::string_view text) const;

 private:
  Streams streams_;
  bool progress_shown_ = false;
};

}  // namespace rockpool::cli
