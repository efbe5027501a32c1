#include "manifest/function_manifest.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/units.h"
#include "manifest/toml_document.h"

namespace rockpool::manifest {
namespace {

constexpr std::string_view kFunctions = "function";
constexpr std::string_view kModule = "module";

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<ModuleReference> module_of(const TomlEntry& entry) {
  if (!entry.value.is_string()) return wrong("module: must be a text such as \"hello.wasm\"");
  return parse_module_reference(entry.value.get_ref<const std::string&>());
}

// The settings know of no 'module', so they can't suggest it.
std::optional<Error> misspelt_module(std::string_view key) {
  constexpr std::array kKnown = {kModule};
  if (nearest(key, kKnown).empty()) return std::nullopt;
  return Error(ErrorCode::UnknownField,
               fmt::format("there is no field '{}'; did you mean '{}'?", key, kModule));
}

// Each setting by itself, so that an error is at its own line.
Result<void> check_setting(const TomlEntry& entry, std::string_view source) {
  if (auto misspelt = misspelt_module(entry.key)) {
    return std::unexpected(at_line(source, entry.line, *misspelt));
  }
  for (const TomlEntry& child : entry.children) {
    json::Value alone = {{entry.key, {{child.key, child.value}}}};
    auto settings = platform::settings_from_json(alone);
    if (!settings) return std::unexpected(at_line(source, child.line, settings.error()));
  }
  json::Value alone = {{entry.key, entry.value}};
  auto settings = platform::settings_from_json(alone);
  if (!settings) return std::unexpected(at_line(source, entry.line, settings.error()));
  return {};
}

Result<FunctionEntry> function_of(const TomlEntry& table, std::string_view source) {
  auto here = [&](const Error& error) {
    return std::unexpected(at_line(source, table.line, error));
  };
  auto name = FunctionName::parse(table.key);
  if (!name) return here(name.error());
  if (!table.value.is_object()) {
    return here(
        Error(ErrorCode::InvalidArgument, fmt::format("function.{} must be a table", table.key)));
  }
  std::optional<ModuleReference> module;
  json::Value settings = json::Value::object();
  for (const TomlEntry& entry : table.children) {
    if (entry.key == kModule) {
      auto reference = module_of(entry);
      if (!reference) return std::unexpected(at_line(source, entry.line, reference.error()));
      module = *std::move(reference);
      continue;
    }
    RETURN_IF_ERROR(check_setting(entry, source));
    settings[entry.key] = entry.value;
  }
  if (!module) {
    return here(
        Error(ErrorCode::InvalidArgument, fmt::format("function.{} has no module", table.key)));
  }
  auto checked = platform::settings_from_json(settings);
  if (!checked) return here(checked.error());
  return FunctionEntry{*std::move(name), *std::move(module), *std::move(checked), table.line};
}

}  // namespace

Result<ModuleReference> parse_module_reference(std::string_view text) {
  if (text.empty()) return wrong("module: must not be empty");
  if (text.starts_with(registry::kImageScheme)) {
    ASSIGN_OR_RETURN(auto image, registry::parse_image_reference(text));
    return image;
  }
  if (text.starts_with("sha256:")) {
    ASSIGN_OR_RETURN(auto digest, Digest::parse(text));
    return digest;
  }
  if (text.starts_with('@')) {
    if (text.size() == 1) return wrong("module: '@' is followed by a sample's name");
    return SampleName{std::string(text.substr(1))};
  }
  return ModulePath{std::string(text)};
}

Result<std::vector<FunctionEntry>> parse_manifest(std::string_view text, std::string_view source) {
  ASSIGN_OR_RETURN(auto document, parse_toml(text, source));
  std::vector<FunctionEntry> functions;
  for (const TomlEntry& entry : document) {
    if (entry.key != kFunctions) {
      Error unknown(
          ErrorCode::UnknownField,
          fmt::format("there is no '{}' in a manifest; write [function.NAME]", entry.key));
      return std::unexpected(at_line(source, entry.line, unknown));
    }
    if (!entry.value.is_object()) {
      Error no_table(ErrorCode::InvalidArgument, "'function' must hold tables: [function.NAME]");
      return std::unexpected(at_line(source, entry.line, no_table));
    }
    for (const TomlEntry& table : entry.children) {
      ASSIGN_OR_RETURN(auto function, function_of(table, source));
      functions.push_back(std::move(function));
    }
  }
  return functions;
}

}  // namespace rockpool::manifest
