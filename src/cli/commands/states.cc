#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/text/answer_fields.h"
#include "cli/text/table.h"
#include "http/syntax/url.h"

namespace rockpool::cli {
namespace {

struct StatesOptions {
  std::string name;
  std::string erased;  // "@KEY"; empty: list them
  Output output = Output::Text;
};

std::string states_path(const std::string& name) {
  return function_path(name) + "/states";
}

Result<ExitCode> erase_state(Session& session, const StatesOptions& options) {
  if (!options.erased.starts_with('@')) {
    return session.wrong_usage(fmt::format("a key is written as in URLs: @{0}", options.erased));
  }
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  auto path = fmt::format("{}/{}", states_path(options.name), http::percent_encode(options.erased));
  RETURN_IF_ERROR(client.call({.method = "DELETE", .path = std::move(path)}));
  session.terminal.note(fmt::format("deleted the state {} of {}", options.erased, options.name));
  return ExitCode::Success;
}

Result<ExitCode> list_states(Session& session, const StatesOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(json::Value all, client.whole_list(states_path(options.name), "states"));
  Terminal& terminal = session.terminal;
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(all));
    return ExitCode::Success;
  }
  Table table({"KEY", "SAVED"});
  for (const json::Value& state : list_at(all, "states")) {
    table.add({"@" + text_at(state, "key"), text_at(state, "saved")});
  }
  terminal.data(table.text());
  return ExitCode::Success;
}

Result<ExitCode> run_states(Session& session, const StatesOptions& options) {
  return options.erased.empty() ? list_states(session, options) : erase_state(session, options);
}

}  // namespace

void add_states(CommandTree& tree) {
  auto options = std::make_shared<StatesOptions>();
  auto& command = tree.add("states", "List the states of a function that keeps them, or delete one",
                           [options](Session& session) { return run_states(session, *options); });
  add_name_argument(command, options->name);
  command.add_option("--delete", options->erased, "This one, instead; @ is the one without a key")
      ->type_name("@KEY");
  add_output_option(command, options->output);
}

}  // namespace rockpool::cli
