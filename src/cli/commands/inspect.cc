#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/units.h"
#include "cli/commands/commands.h"
#include "cli/deploys/module_file.h"
#include "cli/text/answer_fields.h"
#include "cli/text/function_text.h"
#include "cli/text/problem.h"
#include "cli/text/table.h"
#include "engine/module/inspection.h"

namespace rockpool::cli {
namespace {

struct InspectOptions {
  std::string module;
  Output output = Output::Text;
};

json::Value typed_export(const engine::TypedExport& entry) {
  json::Value parameters = json::Value::array();
  for (const engine::Parameter& parameter : entry.parameters) {
    json::Value item;
    if (!parameter.name.empty()) item["name"] = parameter.name;
    item["type"] = engine::to_string(parameter.type);
    parameters.push_back(std::move(item));
  }
  json::Value results = json::Value::array();
  for (const engine::WitType& type : entry.results) results.push_back(engine::to_string(type));
  json::Value view = {
      {"name", entry.name}, {"parameters", std::move(parameters)}, {"results", std::move(results)}};
  if (!entry.not_callable_because.empty())
    view["not_callable_because"] = entry.not_callable_because;
  return view;
}

json::Value exports_of(const engine::Inspection& inspection) {
  json::Value exports = json::Value::array();
  for (const engine::Export& entry : inspection.exports) {
    auto typed =
        std::ranges::find(inspection.typed_exports, entry.name, &engine::TypedExport::name);
    if (typed != inspection.typed_exports.end()) continue;
    exports.push_back({{"name", entry.name}, {"type", entry.type}});
  }
  for (const engine::TypedExport& entry : inspection.typed_exports)
    exports.push_back(typed_export(entry));
  return exports;
}

json::Value imports_of(const engine::Inspection& inspection) {
  auto missing = engine::missing_imports(inspection);
  json::Value imports = json::Value::array();
  for (const engine::Import& import : inspection.imports) {
    json::Value item = {{"module", import.module}, {"name", import.name}, {"type", import.type}};
    auto found = std::ranges::find_if(missing, [&](const engine::MissingImport& candidate) {
      return candidate.import.module == import.module && candidate.import.name == import.name;
    });
    item["offered"] = found == missing.end();
    if (found != missing.end()) {
      if (!found->nearest.empty()) item["nearest"] = found->nearest;
      item["advice"] = found->advice;
    }
    imports.push_back(std::move(item));
  }
  return imports;
}

json::Value view_of(const engine::Inspection& inspection, std::size_t size) {
  json::Value view;
  view["kind"] = inspection.kind == engine::BinaryKind::Component ? "component" : "module";
  view["abi"] = inspection.abi ? json::Value(engine::name_of(*inspection.abi)) : json::Value();
  view["runs_here"] = inspection.abi && engine::runs(*inspection.abi);
  view["possible_abis"] = json::Value::array();
  for (engine::Abi abi : inspection.possible_abis)
    view["possible_abis"].push_back(engine::name_of(abi));
  view["size"] = size;
  view["initial_memory_bytes"] = inspection.initial_memory_bytes;
  view["exports"] = exports_of(inspection);
  view["imports"] = imports_of(inspection);
  return view;
}

std::string import_name(const json::Value& import) {
  std::string name = text_at(import, "name");
  return name.empty() ? text_at(import, "module")
                      : fmt::format("{} {}", text_at(import, "module"), name);
}

std::string view_text(const Terminal& terminal, const engine::Inspection& inspection,
                      const json::Value& view) {
  Table head;
  head.add({"kind:", text_at(view, "kind")});
  std::string abi = inspection.abi ? std::string(engine::name_of(*inspection.abi)) : "none";
  if (inspection.abi && !engine::runs(*inspection.abi)) abi += " (not run by this version)";
  head.add({"abi:", abi});
  head.add({"size:", text_at(view, "size")});
  head.add({"memory:", format_bytes(inspection.initial_memory_bytes)});
  std::string text = head.text();
  text += "exports:\n";
  for (const json::Value& entry : list_at(view, "exports"))
    text += fmt::format("  {}\n", export_text(entry));
  text += "imports:\n";
  for (const json::Value& import : list_at(view, "imports")) {
    bool offered = at(import, "offered") == json::Value(true);
    std::string mark =
        offered ? terminal.paint(Colour::Green, "offered") : terminal.paint(Colour::Red, "missing");
    text += fmt::format("  {}  {}\n", mark, import_name(import));
    if (!offered) text += fmt::format("           {}\n", text_at(import, "advice"));
  }
  return text;
}

Result<ExitCode> run_inspect(Session& session, const InspectOptions& options) {
  ASSIGN_OR_RETURN(auto module, manifest::parse_module_reference(options.module));
  ASSIGN_OR_RETURN(std::string bytes, read_module(module));
  auto inspected = engine::inspect(bytes);
  if (!inspected) return std::unexpected(with_reference(inspected.error()));
  const engine::Inspection& inspection = *inspected;
  json::Value view = view_of(inspection, bytes.size());
  Terminal& terminal = session.terminal;
  if (options.output == Output::Json) {
    terminal.line(json::dump_pretty(view));
  } else {
    terminal.data(view_text(terminal, inspection, view));
  }
  if (!inspection.abi) terminal.note(engine::no_entry_point(inspection).message());
  return ExitCode::Success;
}

}  // namespace

void add_inspect(CommandTree& tree) {
  auto options = std::make_shared<InspectOptions>();
  auto& command =
      tree.add("inspect", "Say what a module is: ABI, exports, imports; needs no server",
               [options](Session& session) { return run_inspect(session, *options); });
  command.add_option("MODULE", options->module, "A .wasm file or a @SAMPLE")
      ->required()
      ->type_name("");
  add_output_option(command, options->output);
}

}  // namespace rockpool::cli
