#include "engine/module/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bridge/bridge.h"
#include "engine/module/detect.h"

namespace rockpool::engine {
namespace {

constexpr std::size_t kNamedExports = 20;

// The validator spreads some of its messages over lines.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    bool is_space = c == '\n' || c == ' ';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

std::unexpected<Error> refused(const bridge::InspectOutcome& outcome) {
  std::string why = on_one_line({outcome.text.data(), outcome.text.size()});
  if (outcome.unsupported) {
    return fail(ErrorCode::ModuleUnsupported,
                fmt::format("the module needs what this server does not support: {}", why));
  }
  return fail(ErrorCode::InvalidModule, fmt::format("not a valid WebAssembly binary: {}", why));
}

// "add: func (i32) -> i32, memory: memory and 3 more".
std::string exports_text(const std::vector<Export>& exports) {
  std::string text;
  for (const Export& item : std::span(exports).first(std::min(exports.size(), kNamedExports))) {
    if (!text.empty()) text += ", ";
    text += item.name + ": " + item.type;
  }
  if (exports.size() > kNamedExports)
    text += fmt::format(" and {} more", exports.size() - kNamedExports);
  return text;
}

}  // namespace

Result<Inspection> inspect(std::string_view wasm) {
  auto bytes = reinterpret_cast<const std::uint8_t*>(wasm.data());
  auto outcome = bridge::inspect(rust::Slice<const std::uint8_t>(bytes, wasm.size()));
  if (!outcome.ok) return refused(outcome);
  ASSIGN_OR_RETURN(auto facts, json::parse({outcome.text.data(), outcome.text.size()}));
  ASSIGN_OR_RETURN(auto inspection, inspection_from_json(facts));
  inspection.possible_abis = detect_abis(inspection);
  if (!inspection.possible_abis.empty()) inspection.abi = inspection.possible_abis.front();
  return inspection;
}

bool is_callable(const TypedExport& function, Abi abi) {
  if (abi != Abi::Json) return function.not_callable_because.empty();
  auto is_number = [](const WitType& type) { return type.kind == WitType::Kind::S32; };
  return function.parameters.size() == 2 && function.results.size() == 2 &&
         std::ranges::all_of(function.parameters, is_number, &Parameter::type) &&
         std::ranges::all_of(function.results, is_number);
}

Error no_entry_point(const Inspection& inspection) {
  std::string message = "nothing in the module can be called";
  message += inspection.exports.empty()
                 ? ": it exports nothing"
                 : fmt::format("; it exports {}", exports_text(inspection.exports));
  for (const TypedExport& function : inspection.typed_exports) {
    if (function.not_callable_because.empty()) continue;
    message += fmt::format("; '{}' can't be called with JSON: {}", function.name,
                           function.not_callable_because);
    break;
  }
  message += inspection.kind == BinaryKind::Component
                 ? ". Export wasi:http/incoming-handler@0.2, wasi:cli/run@0.2 or functions of "
                   "plain types."
                 : ". Export _start or functions of i32, i64, f32 and f64.";
  return Error(ErrorCode::NoEntryPoint, std::move(message));
}

}  // namespace rockpool::engine
