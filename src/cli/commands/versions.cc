#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/text/answer_fields.h"
#include "cli/text/table.h"

namespace rockpool::cli {
namespace {

struct VersionsOptions {
  std::string name;
  Output output = Output::Text;
};

struct RollbackOptions {
  std::string name;
  std::optional<std::uint64_t> to;
  Output output = Output::Text;
};

Result<ExitCode> run_versions(Session& session, const VersionsOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(json::Value answer, client.get(function_path(options.name) + "/versions"));
  Terminal& terminal = session.terminal;
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(answer));
    return ExitCode::Success;
  }
  Table table({"VERSION", "LIVE", "CREATED", "ABI", "SIZE", "DIGEST"});
  for (const json::Value& version : list_at(answer, "versions")) {
    bool is_live = at(version, "live") == json::Value(true);
    table.add({text_at(version, "version"), is_live ? "live" : "", text_at(version, "created"),
               text_at(version, "abi"), text_at(version, "size"), text_at(version, "digest")});
  }
  terminal.data(table.text());
  return ExitCode::Success;
}

Result<ExitCode> run_rollback(Session& session, const RollbackOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  json::Value body = json::Value::object();
  if (options.to) body["version"] = *options.to;
  ControlCall call{.method = "POST",
                   .path = function_path(options.name) + "/rollback",
                   .body = json::dump(body),
                   .content_type = "application/json"};
  ASSIGN_OR_RETURN(ControlAnswer answer, client.call(std::move(call)));
  Terminal& terminal = session.terminal;
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(answer.body));
    return ExitCode::Success;
  }
  terminal.note(
      fmt::format("{} is at version {}", options.name, number_at(answer.body, "version")));
  terminal.hint(fmt::format("all versions: rockpool versions {}", options.name));
  return ExitCode::Success;
}

}  // namespace

void add_versions_rollback(CommandTree& tree) {
  auto versions = std::make_shared<VersionsOptions>();
  auto& versions_command =
      tree.add("versions", "List the versions kept of a function, newest first",
               [versions](Session& session) { return run_versions(session, *versions); });
  add_name_argument(versions_command, versions->name);
  add_output_option(versions_command, versions->output);

  auto rollback = std::make_shared<RollbackOptions>();
  auto& rollback_command =
      tree.add("rollback", "Make an earlier version live",
               [rollback](Session& session) { return run_rollback(session, *rollback); });
  add_name_argument(rollback_command, rollback->name);
  rollback_command.add_option("--to", rollback->to, "Which; default: the next lower one kept")
      ->type_name("VERSION");
  add_output_option(rollback_command, rollback->output);
}

}  // namespace rockpool::cli
