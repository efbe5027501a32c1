#include "cli/words/command_tree.h"

#include <utility>

namespace rockpool::cli {
namespace {

constexpr const char* kHidden = "";

}  // namespace

CommandTree::CommandTree(Session& session)
    : app_("Turns a .wasm file into a live, isolated, limited endpoint.", "rockpool") {
  app_.require_subcommand(1);
  app_.set_help_flag("-h,--help", "Print this help and exit");
  app_.set_version_flag("--version", std::string("rockpool " ROCKPOOL_VERSION),
                        "Print the version and exit");
  app_.add_option("--server", session.server,
                  "The control listener; default $ROCKPOOL_SERVER, else http://127.0.0.1:8090")
      ->type_name("URL");
  app_.footer(
      "Begin with:\n"
      "  rockpool serve\n"
      "  rockpool deploy @hello\n\n"
      "`rockpool COMMAND --help` says more about a command.");
}

CLI::App& CommandTree::add(const std::string& name, const std::string& description, Action action) {
  CLI::App* command = app_.add_subcommand(name, description);
  command->fallthrough();
  command->footer("");  // else it has the program's
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

void add_output_option(CLI::App& command, Output& output) {
  command
      .add_option_function<std::string>(
          "-o,--output",
          [&output](const std::string& form) {
            output = form == "json" ? Output::Json : Output::Text;
          },
          "Form of the output: text, json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

CLI::Option* add_name_argument(CLI::App& command, std::string& name) {
  return command.add_option("NAME", name, "The function")->required()->type_name("");
}

std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
  return app.get_subcommands(
      [](const CLI::App* command) { return command->get_group() != kHidden; });
}

std::vector<const CLI::Option*> visible_options(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) {
    return !option->get_positional() && option->get_group() != kHidden;
  });
}

std::vector<const CLI::Option*> positionals(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

}  // namespace rockpool::cli
