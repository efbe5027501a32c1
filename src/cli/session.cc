#include "cli/session.h"

namespace rockpool::cli {

std::optional<std::string> Session::variable(std::string_view name) const {
  for (const std::string& entry : environment) {
    std::string_view text = entry;
    if (text.starts_with(name) && text.substr(name.size()).starts_with('='))
      return entry.substr(name.size() + 1);
  }
  return std::nullopt;
}

ExitCode Session::wrong_usage(const std::string& message) const {
  terminal.failure(Error(ErrorCode::InvalidArgument, message));
  return ExitCode::Usage;
}

}  // namespace rockpool::cli
