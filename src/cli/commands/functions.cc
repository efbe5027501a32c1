#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/text/answer_fields.h"
#include "cli/text/function_text.h"
#include "cli/text/table.h"

namespace rockpool::cli {
namespace {

struct ListOptions {
  bool names_only = false;
  Output output = Output::Text;
};

struct ShowOptions {
  std::string name;
  Output output = Output::Text;
};

struct DeleteOptions {
  std::string name;
  bool yes = false;
  bool data = false;
};

Result<ExitCode> run_list(Session& session, const ListOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(json::Value all, client.all_functions());
  Terminal& terminal = session.terminal;
  const auto& functions = list_at(all, "functions");
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(all));
  } else if (options.names_only) {
    for (const json::Value& function : functions) terminal.line(text_at(function, "name"));
  } else if (functions.empty()) {
    terminal.note("no function is deployed");
    terminal.hint("deploy a sample: rockpool deploy @hello");
  } else {
    Table table({"NAME", "ABI", "VERSION", "URL"});
    for (const json::Value& function : functions) {
      table.add({text_at(function, "name"), text_at(function, "abi"), text_at(function, "version"),
                 text_at(function, "url")});
    }
    terminal.data(table.text());
  }
  return ExitCode::Success;
}

Result<ExitCode> run_show(Session& session, const ShowOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(json::Value function, client.get(function_path(options.name)));
  Terminal& terminal = session.terminal;
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(function));
  } else {
    terminal.data(function_text(function));
  }
  return ExitCode::Success;
}

Result<ExitCode> run_delete(Session& session, const DeleteOptions& options) {
  Terminal& terminal = session.terminal;
  if (!options.yes) {
    if (!terminal.can_ask())
      return session.wrong_usage("nobody to ask here: say --yes to delete without a question");
    if (!terminal.confirm(
            fmt::format("Delete {} with its versions, states and logs?", options.name))) {
      terminal.note("nothing was deleted");
      return ExitCode::Failure;
    }
  }
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  std::string path = function_path(options.name) + (options.data ? "?data=delete" : "");
  RETURN_IF_ERROR(client.call({.method = "DELETE", .path = path}));
  terminal.note(fmt::format("deleted {}", options.name));
  return ExitCode::Success;
}

}  // namespace

void add_list_show_delete(CommandTree& tree) {
  auto list = std::make_shared<ListOptions>();
  auto& list_command = tree.add("list", "List the functions",
                                [list](Session& session) { return run_list(session, *list); });
  list_command.add_flag("-q,--quiet", list->names_only, "Names only, one a line");
  add_output_option(list_command, list->output);

  auto show = std::make_shared<ShowOptions>();
  auto& show_command = tree.add("show", "Show a function: URL, settings, limits, exports",
                                [show](Session& session) { return run_show(session, *show); });
  add_name_argument(show_command, show->name);
  add_output_option(show_command, show->output);

  auto remove = std::make_shared<DeleteOptions>();
  auto& delete_command =
      tree.add("delete", "Delete a function with its versions, states and logs",
               [remove](Session& session) { return run_delete(session, *remove); });
  add_name_argument(delete_command, remove->name);
  delete_command.add_flag("-y,--yes", remove->yes, "Do not ask");
  delete_command.add_flag("--data", remove->data, "Delete its key-value data, too");
}

}  // namespace rockpool::cli
