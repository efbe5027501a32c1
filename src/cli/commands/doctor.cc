#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/diagnosis.h"

namespace rockpool::cli {
namespace {

struct DoctorOptions {
  std::string data;
  Output output = Output::Text;
};

std::string_view name_of(Health health) {
  switch (health) {
    case Health::Good:
      return "ok";
    case Health::Warning:
      return "warning";
    case Health::Bad:
      return "bad";
  }
  return "";
}

Colour colour_of(Health health) {
  switch (health) {
    case Health::Good:
      return Colour::Green;
    case Health::Warning:
      return Colour::Yellow;
    case Health::Bad:
      return Colour::Red;
  }
  return Colour::Dim;
}

Result<std::string> data_folder(const DoctorOptions& options, const Session& session) {
  if (!options.data.empty()) return options.data;
  return manifest::default_data_directory(
      [&](const std::string& name) { return session.variable(name); });
}

void print(Terminal& terminal, const std::vector<Finding>& findings, Output output) {
  json::Value all = json::Value::array();
  for (const Finding& finding : findings) {
    if (output == Output::Json) {
      all.push_back({{"subject", finding.subject},
                     {"health", name_of(finding.health)},
                     {"words", finding.words}});
    } else {
      std::string mark = fmt::format("{:<7}", name_of(finding.health));
      terminal.line(fmt::format("{}  {:<13}  {}", terminal.paint(colour_of(finding.health), mark),
                                finding.subject, finding.words));
    }
  }
  if (output == Output::Json) terminal.line(json::dump_pretty(all));
}

Result<ExitCode> run_doctor(Session& session, const DoctorOptions& options) {
  ASSIGN_OR_RETURN(auto client, ControlClient::open(session));
  ASSIGN_OR_RETURN(std::string data, data_folder(options, session));
  std::vector<Finding> findings = examine_server(client);
  for (Finding& finding : examine_machine(data)) findings.push_back(std::move(finding));
  print(session.terminal, findings, options.output);
  for (const Finding& finding : findings) {
    if (finding.health == Health::Bad) return ExitCode::Failure;
  }
  return ExitCode::Success;
}

}  // namespace

void add_doctor(CommandTree& tree) {
  auto options = std::make_shared<DoctorOptions>();
  auto& command = tree.add("doctor", "Check the server and this machine, and say what to do",
                           [options](Session& session) { return run_doctor(session, *options); });
  command.add_option("--data", options->data, "The server's data folder; default as for serve")
      ->type_name("DIR");
  add_output_option(command, options->output);
}

}  // namespace rockpool::cli
