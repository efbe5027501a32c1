#include "cli/words/completion.h"

#include <fmt/format.h>

#include "base/error_code.h"
#include "samples/samples.h"

namespace rockpool::cli {
namespace {

// How the first positional of a command is completed.
enum class Operand : std::uint8_t { None, Function, Module, Code, Shell };

Operand operand_of(const CLI::App& command) {
  auto words = positionals(command);
  if (words.empty()) return Operand::None;
  std::string name = words.front()->get_name(true);
  if (name == "NAME") return Operand::Function;
  if (name == "MODULE" || name == "FILE") return Operand::Module;
  if (name == "CODE") return Operand::Code;
  if (name == "SHELL") return Operand::Shell;
  return Operand::None;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> option_words(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : visible_options(command)) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

std::string command_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : visible_commands(app)) words.push_back(command->get_name());
  return joined(words);
}

std::string sample_words() {
  std::vector<std::string> words;
  for (std::string_view name : samples::sample_names()) words.push_back(fmt::format("@{}", name));
  return joined(words);
}

std::string code_words() {
  std::vector<std::string> words;
  for (const ErrorCodeRow& row : error_codes()) words.emplace_back(row.name);
  return joined(words);
}

// Words that a shell command prints, or that are fixed, for an operand.
std::string operand_words(Operand operand) {
  switch (operand) {
    case Operand::Function:
      return "$(rockpool list --quiet 2>/dev/null)";
    case Operand::Module:
      return sample_words();
    case Operand::Code:
      return code_words();
    case Operand::Shell:
      return "bash zsh fish";
    case Operand::None:
      return {};
  }
  return {};
}

std::string in_single_quotes(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') quoted += "'\\'";
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* command : visible_commands(app)) {
    Operand operand = operand_of(*command);
    cases += fmt::format("    {})\n      options={}\n      words=\"{}\"\n", command->get_name(),
                         in_single_quotes(joined(option_words(*command))), operand_words(operand));
    if (operand == Operand::Module) cases += "      files=yes\n";
    cases += "      ;;\n";
  }
  return fmt::format(R"(# bash completion of rockpool; made by `rockpool completion bash`.
_rockpool() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} commands={commands} options={options}
  local command='' words='' files='' word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    if [[ " $commands " == *" $word "* ]]; then
      command=$word
      break
    fi
  done
  case $command in
    '') words=$commands ;;
{cases}  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [[ -n $files || ${{#COMPREPLY[@]}} -eq 0 ]]; then
    compopt -o filenames
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$current")
  fi
}}
complete -F _rockpool rockpool
)",
                     fmt::arg("commands", in_single_quotes(command_words(app))),
                     fmt::arg("options", in_single_quotes(joined(option_words(app)))),
                     fmt::arg("cases", cases));
}

std::string zsh_completion(const CLI::App& app) {
  std::string commands;
  std::string cases;
  for (const CLI::App* command : visible_commands(app)) {
    Operand operand = operand_of(*command);
    commands += fmt::format("    {}\n", in_single_quotes(fmt::format("{}:{}", command->get_name(),
                                                                     command->get_description())));
    cases +=
        fmt::format("    {})\n      options=({})\n      candidates=({})\n", command->get_name(),
                    joined(option_words(*command)), operand_words(operand));
    if (operand == Operand::Module) cases += "      files=yes\n";
    cases += "      ;;\n";
  }
  return fmt::format(R"(#compdef rockpool
# zsh completion of rockpool; made by `rockpool completion zsh`.
_rockpool() {{
  local command='' files='' word
  local -a commands options candidates
  commands=(
{commands}  )
  options=({options})
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    if [[ -n ${{(M)commands:#$word:*}} ]]; then
      command=$word
      break
    fi
  done
  local current=${{words[CURRENT]}}
  case $command in
    '')
      if [[ $current != -* ]]; then
        _describe 'command' commands
        return
      fi
      ;;
{cases}  esac
  if [[ $current == -* ]]; then
    compadd -- "${{options[@]}}"
    return
  fi
  compadd -- "${{candidates[@]}}"
  if [[ -n $files || ${{#candidates}} -eq 0 ]]; then _files; fi
}}
compdef _rockpool rockpool
# Loaded by its name, the file is the function's first call.
if [[ ${{funcstack[1]}} == _rockpool ]]; then _rockpool "$@"; fi
)",
                     fmt::arg("commands", commands), fmt::arg("options", joined(option_words(app))),
                     fmt::arg("cases", cases));
}

std::string fish_completion(const CLI::App& app) {
  std::string text = "# fish completion of rockpool; made by `rockpool completion fish`.\n";
  for (const CLI::App* command : visible_commands(app)) {
    std::string name = command->get_name();
    text += fmt::format("complete -c rockpool -n __fish_use_subcommand -f -a {} -d {}\n", name,
                        in_single_quotes(command->get_description()));
    Operand operand = operand_of(*command);
    std::string words = operand_words(operand);
    // Fish runs commands in (…).
    if (words.starts_with("$(")) words.erase(0, 1);
    std::string_view files = operand == Operand::Function || operand == Operand::Code ? " -f" : "";
    if (!words.empty()) {
      text += fmt::format("complete -c rockpool -n '__fish_seen_subcommand_from {}'{} -a {}\n",
                          name, files, in_single_quotes(words));
    }
    for (const CLI::Option* option : visible_options(*command)) {
      for (const std::string& option_name : option->get_lnames()) {
        text +=
            fmt::format("complete -c rockpool -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                        name, option_name, in_single_quotes(option->get_description()));
      }
    }
  }
  return text;
}

}  // namespace rockpool::cli
