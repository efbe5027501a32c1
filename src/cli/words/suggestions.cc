#include "cli/words/suggestions.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/units.h"

namespace rockpool::cli {
namespace {

std::string with_nearest(std::string words, std::string_view word,
                         const std::vector<std::string>& candidates) {
  std::vector<std::string_view> views(candidates.begin(), candidates.end());
  std::string_view close = nearest(word, views);
  if (!close.empty()) words += fmt::format("; did you mean {}?", close);
  return words;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : visible_options(command)) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

// The command that the arguments name; null if they name none that is known.
const CLI::App* named_command(const CommandTree& tree, std::span<const std::string> arguments) {
  for (const CLI::App* command : tree.app().get_subcommands({})) {
    if (std::ranges::find(arguments, command->get_name()) != arguments.end()) return command;
  }
  return nullptr;
}

// The first word that is no option or an option's value; empty if there is none.
std::string first_word(const CommandTree& tree, std::span<const std::string> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with('-')) return argument;
    const CLI::Option* option = tree.app().get_option_no_throw(argument);
    if (option != nullptr && option->get_items_expected() > 0) ++i;
  }
  return {};
}

std::string unknown_command(const CommandTree& tree, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : visible_commands(tree.app())) names.push_back(command->get_name());
  return with_nearest(fmt::format("there is no command '{}'", word), word, names);
}

// The first option in the arguments that the command does not know; empty if it knows all.
std::string unknown_option(const CommandTree& tree, const CLI::App& command,
                           std::span<const std::string> arguments) {
  std::vector<std::string> names = option_names(command);
  for (const std::string& name : option_names(tree.app())) names.push_back(name);
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (!argument.starts_with("--")) continue;
    std::string option = argument.substr(0, argument.find('='));
    if (std::ranges::find(names, option) != names.end()) continue;
    return with_nearest(fmt::format("{} has no option {}", command.get_name(), option), option,
                        names);
  }
  return {};
}

}  // namespace

std::string describe_misuse(const CommandTree& tree, std::span<const std::string> arguments,
                            const CLI::ParseError& error) {
  const CLI::App* command = named_command(tree, arguments);
  if (command == nullptr) {
    std::string word = first_word(tree, arguments);
    if (!word.empty()) return unknown_command(tree, word);
    std::string option = unknown_option(tree, tree.app(), arguments);
    return option.empty() ? std::string("a command is needed") : option;
  }
  std::string option = unknown_option(tree, *command, arguments);
  std::string words = option.empty() ? error.what() : option;
  return fmt::format("{}\n  usage: rockpool {} --help", words, command->get_name());
}

}  // namespace rockpool::cli
