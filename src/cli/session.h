#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/text/terminal.h"

namespace rockpool::cli {

enum class ExitCode : int { Success = 0, Failure = 1, Usage = 2 };

// What every command has at hand.
struct Session {
  Terminal& terminal;
  // The variables of the process, "NAME=value" each.
  std::vector<std::string> environment;
  std::string server = {};  // --server; empty: as the environment says

  std::optional<std::string> variable(std::string_view name) const;

  // Says what is wrong with the arguments, as only the command itself could tell.
  ExitCode wrong_usage(const std::string& message) const;
};

}  // namespace rockpool::cli
