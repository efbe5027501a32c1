#include "cli/run.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/commands/commands.h"
#include "cli/words/shielded_words.h"
#include "cli/words/suggestions.h"

namespace rockpool::cli {
namespace {

void add_commands(CommandTree& tree, const ServeFunction& serve) {
  add_serve(tree, serve);
  add_deploy(tree);
  add_push(tree);
  add_import(tree);
  add_list_show_delete(tree);
  add_set(tree);
  add_versions_rollback(tree);
  add_states(tree);
  add_invoke(tree);
  add_logs(tree);
  add_inspect(tree);
  add_dev(tree);
  add_explain(tree);
  add_doctor(tree);
  add_version(tree);
  add_completion(tree);
  add_manual(tree);
}

ExitCode act(const CommandTree& tree, Session& session) {
  auto outcome = tree.chosen()(session);
  session.terminal.end_progress();
  if (outcome) return *outcome;
  session.terminal.failure(outcome.error());
  return ExitCode::Failure;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  return variables;
}

// no-color.org, and terminals that can't.
bool wants_colour(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    if (entry == "TERM=dumb") return false;
    if (entry.starts_with("NO_COLOR=") && entry.size() > std::string_view("NO_COLOR=").size())
      return false;
  }
  return true;
}

}  // namespace

ExitCode run(std::span<const std::string> arguments, Session& session, const ServeFunction& serve) {
  CommandTree tree(session);
  add_commands(tree, serve);
  if (arguments.empty()) {
    session.terminal.note(tree.app().help());
    return ExitCode::Usage;
  }
  try {
    std::vector<std::string> words = shield_words(arguments);
    std::ranges::reverse(words);  // as CLI11 wants them
    tree.app().parse(words);
  } catch (const CLI::CallForHelp&) {
    const auto named = tree.app().get_subcommands();
    session.terminal.data(named.empty() ? tree.app().help() : named.front()->help());
    return ExitCode::Success;
  } catch (const CLI::CallForVersion& version) {
    session.terminal.line(version.what());
    return ExitCode::Success;
  } catch (const CLI::ParseError& error) {
    return session.wrong_usage(describe_misuse(tree, arguments, error));
  }
  return act(tree, session);
}

int run(int argc, char** argv, const ServeFunction& serve) {
  std::vector<std::string> environment = process_environment();
  Terminal terminal({.in = std::cin,
                     .out = std::cout,
                     .error = std::cerr,
                     .in_is_terminal = isatty(STDIN_FILENO) == 1,
                     .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                     .error_is_terminal = isatty(STDERR_FILENO) == 1,
                     .colour = wants_colour(environment)});
  Session session{.terminal = terminal, .environment = std::move(environment)};
  std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(run(arguments, session, serve));
}

}  // namespace rockpool::cli
