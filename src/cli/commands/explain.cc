#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error_code.h"
#include "base/units.h"
#include "cli/commands/commands.h"
#include "cli/text/table.h"
#include "json/value.h"

namespace rockpool::cli {
namespace {

struct ExplainOptions {
  std::string code;
  Output output = Output::Text;
};

json::Value view_of(const ErrorCodeRow& row) {
  return {{"code", row.name},
          {"status", row.status},
          {"title", row.title},
          {"explanation", row.explanation}};
}

Result<ExitCode> explain_all(Session& session, Output output) {
  json::Value all = json::Value::array();
  Table table({"CODE", "STATUS", "MEANING"});
  for (const ErrorCodeRow& row : error_codes()) {
    all.push_back(view_of(row));
    table.add({std::string(row.name), fmt::to_string(row.status), std::string(row.title)});
  }
  if (output == Output::Json) {
    session.terminal.line(json::dump_pretty(all));
  } else {
    session.terminal.data(table.text());
  }
  return ExitCode::Success;
}

ExitCode unknown(const Session& session, const std::string& code) {
  std::vector<std::string_view> names;
  for (const ErrorCodeRow& row : error_codes()) names.push_back(row.name);
  std::string_view close = nearest(code, names);
  std::string words = fmt::format("there is no code '{}'", code);
  if (!close.empty()) words += fmt::format("; did you mean {}?", close);
  return session.wrong_usage(words + " `rockpool explain` lists all");
}

Result<ExitCode> run_explain(Session& session, const ExplainOptions& options) {
  if (options.code.empty()) return explain_all(session, options.output);
  auto code = error_code_of(options.code);
  if (!code) return unknown(session, options.code);
  const ErrorCodeRow& row = row_of(*code);
  if (options.output == Output::Json) {
    session.terminal.line(json::dump_pretty(view_of(row)));
  } else {
    session.terminal.line(fmt::format("{} (HTTP status {})\n{}\n\n{}", row.name, row.status,
                                      row.title, row.explanation));
  }
  return ExitCode::Success;
}

}  // namespace

void add_explain(CommandTree& tree) {
  auto options = std::make_shared<ExplainOptions>();
  auto& command =
      tree.add("explain", "Say what an error code means and what to do; needs no server",
               [options](Session& session) { return run_explain(session, *options); });
  command.add_option("CODE", options->code, "As in problem answers; without one: all of them")
      ->type_name("");
  add_output_option(command, options->output);
}

}  // namespace rockpool::cli
