#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "base/result.h"
#include "cli/session.h"

namespace rockpool::cli {

enum class Output : std::uint8_t { Text, Json };

// All commands with their options: what is parsed, completed and documented.
class CommandTree {
 public:
  // What a command does once its arguments are read.
  using Action = std::function<Result<ExitCode>(Session&)>;

  explicit CommandTree(Session& session);
  CommandTree(const CommandTree&) = delete;
  CommandTree& operator=(const CommandTree&) = delete;

  // Adds a command; the tree owns what is returned.
  CLI::App& add(const std::string& name, const std::string& description, Action action);

  CLI::App& app() { return app_; }
  const CLI::App& app() const { return app_; }
  // Of the command that was named; empty before parsing.
  const Action& chosen() const { return chosen_; }

 private:
  CLI::App app_;
  Action chosen_;
};

// `-o text|json` for a command that prints data.
void add_output_option(CLI::App& command, Output& output);
// The positional NAME of a function.
CLI::Option* add_name_argument(CLI::App& command, std::string& name);

// Commands and options as people see them, hidden ones left out, in the order they were added.
std::vector<const CLI::App*> visible_commands(const CLI::App& app);
std::vector<const CLI::Option*> visible_options(const CLI::App& command);
std::vector<const CLI::Option*> positionals(const CLI::App& command);

}  // namespace rockpool::cli
