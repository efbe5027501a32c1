#include "cli/text/terminal.h"

#include <fmt/format.h>

#include <istream>
#include <ostream>

namespace rockpool::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string painted(Colour colour, std::string_view text) {
  std::string_view code;
  switch (colour) {
    case Colour::Red:
      code = "31";
      break;
    case Colour::Yellow:
      code = "33";
      break;
    case Colour::Green:
      code = "32";
      break;
    case Colour::Dim:
      code = "2";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace

void Terminal::data(std::string_view bytes) {
  end_progress();
  streams_.out << bytes << std::flush;
}

void Terminal::line(std::string_view text) {
  end_progress();
  streams_.out << text << std::endl;
}

void Terminal::note(std::string_view text) {
  end_progress();
  streams_.error << text << std::endl;
}

void Terminal::hint(std::string_view text) {
  if (!streams_.error_is_terminal) return;
  note(streams_.colour ? painted(Colour::Dim, text) : std::string(text));
}

void Terminal::failure(const Error& error) {
  bool in_colour = streams_.colour && streams_.error_is_terminal;
  std::string label = in_colour ? painted(Colour::Red, "error:") : "error:";
  note(fmt::format("{} {}", label, error.message()));
}

void Terminal::progress(std::string_view text) {
  if (!streams_.error_is_terminal) return;
  streams_.error << kEraseLine << text << std::flush;
  progress_shown_ = true;
}

void Terminal::end_progress() {
  if (!progress_shown_) return;
  streams_.error << kEraseLine << std::flush;
  progress_shown_ = false;
}

bool Terminal::confirm(std::string_view question) {
  end_progress();
  streams_.error << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(streams_.in, answer);
  return answer.starts_with('y') || answer.starts_with('Y');
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!streams_.colour || !streams_.out_is_terminal) return std::string(text);
  return painted(colour, text);
}

}  // namespace rockpool::cli
