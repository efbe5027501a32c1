#include "api/control/function_view.h"

#include <algorithm>
#include <utility>

#include "engine/module/inspection.h"

namespace rockpool::api {
namespace {

json::Value types_view(const std::vector<engine::WitType>& types) {
  auto view = json::Value::array();
  for (const auto& type : types) view.push_back(engine::to_string(type));
  return view;
}

json::Value typed_export_view(const engine::TypedExport& exported) {
  auto parameters = json::Value::array();
  for (const auto& [name, type] : exported.parameters) {
    json::Value parameter = json::Value::object();
    if (!name.empty()) parameter["name"] = name;
    parameter["type"] = engine::to_string(type);
    parameters.push_back(std::move(parameter));
  }
  json::Value view = {{"name", exported.name},
                      {"parameters", std::move(parameters)},
                      {"results", types_view(exported.results)}};
  if (!exported.not_callable_because.empty()) {
    view["not_callable_because"] = exported.not_callable_because;
  }
  return view;
}

bool is_text_function(const engine::Inspection& inspection, std::string_view name) {
  auto found = std::ranges::find(inspection.typed_exports, name, &engine::TypedExport::name);
  return found != inspection.typed_exports.end() && engine::is_callable(*found, engine::Abi::Json);
}

// What a caller can name comes with its types; of other guests, the exports are just listed.
json::Value exports_view(const engine::Inspection& inspection, engine::Abi abi,
                         const engine::FunctionTypes& types) {
  auto view = json::Value::array();
  if (abi == engine::Abi::Typed) {
    for (const auto& exported : inspection.typed_exports) {
      view.push_back(typed_export_view(engine::declared(exported, types)));
    }
    return view;
  }
  for (const auto& [name, type] : inspection.exports) {
    if (abi == engine::Abi::Json && !is_text_function(inspection, name)) continue;
    view.push_back({{"name", name}, {"type", type}});
  }
  return view;
}

json::Value import_view(const engine::Import& import) {
  return {{"module", import.module}, {"name", import.name}, {"type", import.type}};
}

json::Value imports_view(const engine::Inspection& inspection) {
  auto view = json::Value::array();
  for (const auto& import : inspection.imports) view.push_back(import_view(import));
  return view;
}

json::Value linked_view(const std::vector<platform::LinkedFunction>& functions) {
  auto view = json::Value::array();
  for (const auto& [name, version, module] : functions) {
    view.push_back(
        {{"function", name.text()}, {"version", version}, {"digest", module.digest.text()}});
  }
  return view;
}

// The settings' members, with what follows from the module where nothing was said.
void add_settings(json::Value& view, const FunctionName& name, const platform::Version& version) {
  auto settings = platform::to_json(version.settings);
  settings["abi"] = engine::name_of(version.abi);
  settings["routes"] = platform::routes_of(name, version.settings);
  for (auto& [key, value] : settings.items()) view[key] = std::move(value);
  view["linked"] = linked_view(version.links.functions);
}

void add_image(json::Value& view, const platform::Version& version) {
  if (!version.image) return;
  view["image"] = {{"reference", version.image->reference},
                   {"digest", version.image->digest.text()}};
}

}  // namespace

json::Value function_summary(const platform::Function& function, std::string_view base) {
  const auto& live = *function.live;
  json::Value view = {
      {"name", function.name.text()},     {"version", live.number},
      {"digest", live.digest.text()},     {"size", live.size_bytes},
      {"abi", engine::name_of(live.abi)}, {"url", platform::url_of(function, base)}};
  add_settings(view, function.name, live);
  add_image(view, live);
  if (function.origin) {
    view["origin"] = {{"dialect", function.origin->dialect}, {"name", function.origin->name}};
  }
  view["created"] = format_rfc3339(function.created);
  view["updated"] = format_rfc3339(live.created);
  return view;
}

json::Value function_view(const platform::Function& function, std::string_view base) {
  auto view = function_summary(function, base);
  view["exports"] =
      exports_view(*function.inspection, function.live->abi, function.live->settings.types);
  view["imports"] = imports_view(*function.inspection);
  return view;
}

json::Value version_view(const platform::Function& function, const platform::Version& version) {
  json::Value view = {{"version", version.number},
                      {"live", version.number == function.live->number},
                      {"digest", version.digest.text()},
                      {"size", version.size_bytes},
                      {"abi", engine::name_of(version.abi)}};
  add_settings(view, function.name, version);
  add_image(view, version);
  view["created"] = format_rfc3339(version.created);
  return view;
}

json::Value module_view(const platform::StoredModule& module) {
  const auto& inspection = module.inspection;
  json::Value view = {{"digest", module.digest.text()}, {"size", module.size_bytes}};
  view["abi"] = inspection.abi ? json::Value(engine::name_of(*inspection.abi)) : json::Value();
  view["exports"] = exports_view(inspection, inspection.abi.value_or(engine::Abi::Http), {});
  view["imports"] = imports_view(inspection);
  return view;
}

json::Value failure_view(const platform::DeployFailure& failure) {
  json::Value view;
  if (failure.function) view["function"] = failure.function->text();
  if (failure.missing_imports.empty()) return view;
  auto imports = json::Value::array();
  for (const auto& missing : failure.missing_imports) {
    auto import = import_view(missing.import);
    if (!missing.nearest.empty()) import["nearest"] = missing.nearest;
    import["advice"] = missing.advice;
    imports.push_back(std::move(import));
  }
  view["imports"] = std::move(imports);
  return view;
}

}  // namespace rockpool::api
