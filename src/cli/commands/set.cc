#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/text/answer_fields.h"
#include "platform/functions/function_settings.h"

namespace rockpool::cli {
namespace {

struct SetOptions {
  std::string name;
  std::vector<std::string> assignments;
  Output output = Output::Text;
};

Result<ExitCode> run_set(Session& session, const SetOptions& options) {
  auto patch = platform::settings_patch(options.assignments);
  if (!patch) return session.wrong_usage(patch.error().message());
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ControlCall call{.method = "PATCH",
                   .path = function_path(options.name),
                   .body = json::dump(*patch),
                   .content_type = "application/merge-patch+json"};
  Terminal& terminal = session.terminal;
  auto on_progress = [&](std::string_view text) { terminal.progress(text); };
  ASSIGN_OR_RETURN(ControlAnswer answer, client.deploy(std::move(call), on_progress));
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(answer.body));
    return ExitCode::Success;
  }
  terminal.note(
      fmt::format("{} is at version {}", options.name, number_at(answer.body, "version")));
  terminal.hint(
      fmt::format("all settings: rockpool show {0}; undo: rockpool rollback {0}", options.name));
  return ExitCode::Success;
}

}  // namespace

void add_set(CommandTree& tree) {
  auto options = std::make_shared<SetOptions>();
  auto& command = tree.add("set", "Change settings of a function (a new version)",
                           [options](Session& session) { return run_set(session, *options); });
  add_name_argument(command, options->name);
  command
      .add_option("SETTING", options->assignments,
                  "limits.wall=10s, env.GREETING=hi, routes=/a/*,/b …")
      ->required()
      ->type_name("KEY=VALUE");
  add_output_option(command, options->output);
  command.footer(
      "An empty value gives a setting its default back; `env.NAME` takes a variable out.");
}

}  // namespace rockpool::cli
