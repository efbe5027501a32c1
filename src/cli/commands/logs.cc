#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/control_client.h"
#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

struct LogsOptions {
  std::string name;
  bool follow = false;
  std::string since;
  std::optional<std::uint64_t> tail;
  Output output = Output::Text;
};

std::string logs_path(const LogsOptions& options) {
  std::string path = function_path(options.name) + "/logs?follow=" + (options.follow ? "1" : "0");
  if (!options.since.empty()) path += "&since=" + http::percent_encode(options.since);
  if (options.tail) path += fmt::format("&tail={}", *options.tail);
  return path;
}

std::string record_text(const Terminal& terminal, const json::Value& record) {
  std::string level = text_at(record, "level");
  Colour colour = level == "error"     ? Colour::Red
                  : level == "warning" ? Colour::Yellow
                                       : Colour::Green;
  return fmt::format("{} {} {}  {}", terminal.paint(Colour::Dim, text_at(record, "time")),
                     terminal.paint(colour, fmt::format("{:<7}", level)),
                     terminal.paint(Colour::Dim, text_at(record, "request_id")),
                     text_at(record, "message"));
}

Result<ExitCode> run_logs(Session& session, const LogsOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  Terminal& terminal = session.terminal;
  auto on_line = [&](std::string_view line) {
    auto record = json::parse(line);
    bool as_it_is = options.output == Output::Json || !record;
    terminal.line(as_it_is ? std::string(line) : record_text(terminal, *record));
    return true;
  };
  RETURN_IF_ERROR(client.lines(logs_path(options), on_line));
  return ExitCode::Success;
}

}  // namespace

void add_logs(CommandTree& tree) {
  auto options = std::make_shared<LogsOptions>();
  auto& command = tree.add("logs", "Show what a function logged",
                           [options](Session& session) { return run_logs(session, *options); });
  add_name_argument(command, options->name);
  command.add_flag("-f,--follow", options->follow, "Go on with new lines as they come");
  command.add_option("--since", options->since, "10m ago, or 2026-01-31T09:30:00Z")
      ->type_name("WHEN");
  command.add_option("--tail", options->tail, "At most so many lines of those there are")
      ->type_name("N");
  add_output_option(command, options->output);
}

}  // namespace rockpool::cli
