#include "cli/words/manual.h"

#include <fmt/format.h>

namespace rockpool::cli {
namespace {

struct Variable {
  std::string_view name;
  std::string_view meaning;
};

constexpr Variable kVariables[] = {
    {"ROCKPOOL_SERVER", "The control listener, if --server is not given."},
    {"ROCKPOOL_TOKEN", "The token that is sent to the control listener."},
    {"ROCKPOOL_CA_FILE", "Certificate authorities (PEM) to trust; default: the system's."},
    {"ROCKPOOL_REGISTRY_CA_FILE", "The same of image registries, beside the system's."},
    {"DOCKER_CONFIG",
     "Folder of the config.json with credentials for registries; default: ~/.docker."},
    {"NO_COLOR", "If not empty, nothing is coloured."},
};

constexpr Variable kExitCodes[] = {
    {"0", "It worked."},
    {"1", "It failed; stderr says why."},
    {"2", "The arguments are wrong."},
};

// "deploy [MODULE] [OPTION…]"
std::string usage_of(const CLI::App& command) {
  std::string text = command.get_name();
  for (const CLI::Option* word : positionals(command)) {
    std::string name = word->get_name(true);
    if (word->get_items_expected_max() > 1) name += "…";
    text += word->get_required() ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  return text + " [OPTION…]";
}

// "-o, --output FORM"
std::string option_form(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += fmt::format("-{}, ", name);
  for (const std::string& name : option.get_lnames()) text += fmt::format("--{}, ", name);
  if (text.size() > 2) text.resize(text.size() - 2);
  std::string type = option.get_type_name();
  if (option.get_items_expected_max() > 0 && !type.empty()) text += " " + type;
  return text;
}

// roff reads a leading dot or quote as a macro, a backslash as an escape and a hyphen as one.
std::string roff(std::string_view text) {
  std::string escaped;
  bool line_begins = true;
  for (char c : text) {
    if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    line_begins = c == '\n';
  }
  return escaped;
}

std::string roff_item(std::string_view term, std::string_view meaning) {
  return fmt::format(".TP\n.B {}\n{}\n", roff(term), roff(meaning));
}

std::string man_command(const CLI::App& command) {
  std::string text =
      fmt::format(".SS {}\n{}.\n", roff(usage_of(command)), roff(command.get_description()));
  for (const CLI::Option* word : positionals(command))
    text += roff_item(word->get_name(true), word->get_description());
  for (const CLI::Option* option : visible_options(command)) {
    if (!option->check_lname("help"))
      text += roff_item(option_form(*option), option->get_description());
  }
  if (std::string footer = command.get_footer(); !footer.empty())
    text += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(footer));
  return text;
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string markdown_command(const CLI::App& command) {
  std::string text =
      fmt::format("\n## `rockpool {}`\n\n{}.\n", usage_of(command), command.get_description());
  std::string rows;
  for (const CLI::Option* word : positionals(command))
    rows += fmt::format("| `{}` | {} |\n", word->get_name(true), cell(word->get_description()));
  for (const CLI::Option* option : visible_options(command)) {
    if (option->check_lname("help")) continue;
    rows += fmt::format("| `{}` | {} |\n", option_form(*option), cell(option->get_description()));
  }
  if (!rows.empty()) text += "\n| | |\n|---|---|\n" + rows;
  if (std::string footer = command.get_footer(); !footer.empty())
    text += fmt::format("\n```text\n{}\n```\n", footer);
  return text;
}

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string text = fmt::format(
      ".TH ROCKPOOL 1 \"\" \"rockpool {}\" \"User Commands\"\n"
      ".SH NAME\nrockpool \\- turns WebAssembly modules into live endpoints\n"
      ".SH SYNOPSIS\n.B rockpool\n.RI [ OPTION \\&...]\n.I COMMAND\n.RI [ ARGUMENT \\&...]\n"
      ".SH DESCRIPTION\n{}\n.SH OPTIONS\n",
      ROCKPOOL_VERSION, roff(app.get_description()));
  for (const CLI::Option* option : visible_options(app))
    text += roff_item(option_form(*option), option->get_description());
  text += ".SH COMMANDS\n";
  for (const CLI::App* command : visible_commands(app)) text += man_command(*command);
  text += ".SH ENVIRONMENT\n";
  for (const Variable& variable : kVariables) text += roff_item(variable.name, variable.meaning);
  text += ".SH EXIT STATUS\n";
  for (const Variable& code : kExitCodes) text += roff_item(code.name, code.meaning);
  return text;
}

std::string markdown_page(const CLI::App& app) {
  std::string text =
      "# The command line\n\n"
      "This page is made by `rockpool reference`, and a test compares it with the binary.\n\n"
      "Data goes to stdout, words and progress to stderr; colour and progress are for terminals "
      "alone.\n\n| option of every command | |\n|---|---|\n";
  for (const CLI::Option* option : visible_options(app))
    text += fmt::format("| `{}` | {} |\n", option_form(*option), cell(option->get_description()));
  text += "\n| variable | |\n|---|---|\n";
  for (const Variable& variable : kVariables)
    text += fmt::format("| `{}` | {} |\n", variable.name, variable.meaning);
  text += "\n| exit code | |\n|---|---|\n";
  for (const Variable& code : kExitCodes)
    text += fmt::format("| {} | {} |\n", code.name, code.meaning);
  for (const CLI::App* command : visible_commands(app)) text += markdown_command(*command);
  return text;
}

}  // namespace rockpool::cli
