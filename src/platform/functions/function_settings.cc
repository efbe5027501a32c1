#include "platform/functions/function_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/units.h"
#include "json/object_reader.h"
#include "platform/functions/limits_json.h"
#include "platform/functions/route_pattern.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::size_t kMaxRoutes = 64;
constexpr std::size_t kMaxEntries = 256;          // of env and labels, each
constexpr std::size_t kMaxMapBytes = 64UL << 10;  // names and values together
constexpr std::string_view kEnv = "env";
constexpr std::string_view kLabels = "labels";
constexpr std::string_view kLimits = "limits";
constexpr std::string_view kTypes = "types";
constexpr std::string_view kLinks = "links";
constexpr std::size_t kMaxLinks = 16;
constexpr std::string_view kGrants = "grants";
constexpr std::string_view kGrantedCalls = "grants.call";

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

std::unexpected<Error> unknown(std::string_view name, std::span<const std::string_view> known) {
  auto close = nearest(name, known);
  return fail(ErrorCode::UnknownField,
              close.empty()
                  ? fmt::format("there is no setting '{}'", name)
                  : fmt::format("there is no setting '{}'; did you mean '{}'?", name, close));
}

std::string_view name_of(engine::Reuse reuse) {
  return reuse == engine::Reuse::Instance ? "instance" : "fresh";
}

std::string_view name_of(StateMode state) {
  return state == StateMode::Memory ? "memory" : "none";
}

template <class Map>
json::Value map_to_json(const Map& map) {
  json::Value object = json::Value::object();
  for (const auto& [name, value] : map) object[name] = value;
  return object;
}

Result<std::map<std::string, std::string>> map_from(std::string_view field,
                                                    json::StringMap entries) {
  std::map<std::string, std::string> map;
  std::size_t bytes = 0;
  for (auto& [name, value] : entries) {
    bytes += name.size() + value.size();
    bool is_name =
        !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string::npos;
    if (!is_name) {
      return wrong(fmt::format("{}: a name must not be empty nor hold '=' or NUL", field));
    }
    if (value.find('\0') != std::string::npos) {
      return wrong(fmt::format("{}.{}: must not hold NUL", field, name));
    }
    map.emplace(std::move(name), std::move(value));
  }
  if (map.size() > kMaxEntries || bytes > kMaxMapBytes) {
    return wrong(
        fmt::format("{}: at most {} entries and {} bytes fit", field, kMaxEntries, kMaxMapBytes));
  }
  return map;
}

Result<void> check_routes(const std::vector<std::string>& routes) {
  if (routes.size() > kMaxRoutes) return wrong(fmt::format("routes: at most {} fit", kMaxRoutes));
  std::set<std::string> keys;
  for (const std::string& route : routes) {
    ASSIGN_OR_RETURN(auto pattern, RoutePattern::parse(route));
    if (!keys.insert(pattern.key()).second) {
      return wrong(fmt::format("routes: '{}' stands there twice", route));
    }
  }
  return {};
}

// RFC 6454 section 6.2: scheme, host and port, no path.
bool is_origin(std::string_view text) {
  if (text == "*" || text == "null") return true;
  auto scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return false;
  auto authority = text.substr(scheme + 3);
  return !authority.empty() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; }) &&
         authority.find_first_of("/?#@,") == std::string_view::npos;
}

Result<void> check_cors(const std::vector<std::string>& origins) {
  if (origins.size() > kMaxRoutes)
    return wrong(fmt::format("cors: at most {} origins fit", kMaxRoutes));
  for (const std::string& origin : origins) {
    if (!is_origin(origin)) {
      return wrong(fmt::format(
          "cors: '{}' is no origin: write https://HOST, perhaps with :PORT, or *", origin));
    }
  }
  return {};
}

Result<std::optional<engine::Abi>> abi_from(const std::string& text) {
  if (text == kAuto) return std::nullopt;
  if (auto abi = engine::abi_of(text)) return abi;
  std::string known(kAuto);
  for (engine::Abi abi : engine::all_abis()) known += fmt::format(", {}", engine::name_of(abi));
  return wrong(fmt::format("abi: '{}' is none of {}", text, known));
}

Result<engine::Reuse> reuse_from(const std::string& text) {
  for (auto reuse : {engine::Reuse::Fresh, engine::Reuse::Instance}) {
    if (text == name_of(reuse)) return reuse;
  }
  return wrong(fmt::format("reuse: '{}' is none of fresh, instance", text));
}

Result<StateMode> state_from(const std::string& text) {
  for (auto state : {StateMode::None, StateMode::Memory}) {
    if (text == name_of(state)) return state;
  }
  return wrong(fmt::format("state: '{}' is none of none, memory", text));
}

std::map<std::string, std::string> to_texts(const engine::FunctionTypes& types) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, type] : types) texts[name] = engine::to_string(type);
  return texts;
}

Result<engine::FunctionTypes> types_from(const std::map<std::string, std::string>& texts) {
  engine::FunctionTypes types;
  for (const auto& [name, text] : texts) {
    auto type = engine::parse_function_type(text);
    if (!type) return wrong(fmt::format("{}.{}: {}", kTypes, name, type.error().message()));
    types.emplace(name, *std::move(type));
  }
  return types;
}

std::map<std::string, std::string> to_texts(const std::map<std::string, FunctionName>& links) {
  std::map<std::string, std::string> texts;
  for (const auto& [import, name] : links) texts[import] = name.text();
  return texts;
}

Result<std::map<std::string, FunctionName>> links_from(
    const std::map<std::string, std::string>& texts) {
  if (texts.size() > kMaxLinks) return wrong(fmt::format("{}: at most {} fit", kLinks, kMaxLinks));
  std::map<std::string, FunctionName> links;
  for (const auto& [import, text] : texts) {
    auto name = FunctionName::parse(text);
    if (!name) return wrong(fmt::format("{}.{}: {}", kLinks, import, name.error().message()));
    links.emplace(import, *std::move(name));
  }
  return links;
}

std::string join(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ","));
}

// Items between commas, without the blanks around them; null for none.
json::Value list_patch(std::string_view text) {
  if (text.empty()) return nullptr;
  json::Value list = json::Value::array();
  for (;;) {
    auto end = std::min(text.find(','), text.size());
    auto item = text.substr(0, end);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    while (item.ends_with(' ')) item.remove_suffix(1);
    list.push_back(std::string(item));
    if (end == text.size()) return list;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> assignable_names() {
  std::vector<std::string> names = {"abi",      "routes",     "cors",         "reuse",      "state",
                                    "env.NAME", "types.NAME", "links.IMPORT", "labels.NAME"};
  for (std::string_view key : engine::limit_keys()) names.push_back(fmt::format("limits.{}", key));
  names.emplace_back(kGrantedCalls);
  return names;
}

Result<void> add_assignment(std::string_view assignment, json::Value& patch) {
  auto equals = assignment.find('=');
  bool has_value = equals != std::string_view::npos;
  auto name = assignment.substr(0, equals);
  auto value = has_value ? assignment.substr(equals + 1) : std::string_view();
  auto dot = name.find('.');
  std::string group(name.substr(0, dot));
  std::string key(dot == std::string_view::npos ? "" : name.substr(dot + 1));
  auto text_or_null = [&] { return value.empty() ? json::Value(nullptr) : json::Value(value); };

  bool is_map = (group == kEnv || group == kLabels) && !key.empty();
  bool is_text_or_nothing = (group == kTypes || group == kLinks) && !key.empty();
  if (is_text_or_nothing) {
    patch[group][key] = text_or_null();
    return {};
  }
  if (is_map) {
    patch[group][key] = has_value ? json::Value(value) : json::Value(nullptr);
    return {};
  }
  auto names = assignable_names();
  if (std::ranges::find(names, name) == names.end()) {
    std::vector<std::string_view> views(names.begin(), names.end());
    return unknown(name, views);
  }
  if (!has_value) return wrong(fmt::format("'{}' has no value: write {}=VALUE", name, name));
  if (group == kLimits) {
    patch[group][key] = text_or_null();
  } else if (group == kGrants) {
    patch[group][key] = list_patch(value);
  } else if (group == "routes" || group == "cors") {
    patch[group] = list_patch(value);
  } else {
    patch[group] = text_or_null();
  }
  return {};
}

}  // namespace

json::Value to_json(const FunctionSettings& settings) {
  json::Value value = json::Value::object();
  value["abi"] = settings.abi ? engine::name_of(*settings.abi) : kAuto;
  value["routes"] = settings.routes;
  value["limits"] = to_json(settings.limits);
  value["env"] = map_to_json(settings.env);
  value["cors"] = settings.cors;
  value["reuse"] = name_of(settings.reuse);
  value["state"] = name_of(settings.state);
  value["types"] = map_to_json(to_texts(settings.types));
  value["links"] = map_to_json(to_texts(settings.links));
  value["labels"] = map_to_json(settings.labels);
  value["grants"] = to_json(settings.grants);
  return value;
}

Result<FunctionSettings> settings_from_json(const json::Value& value) {
  FunctionSettings settings;
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value));
  ASSIGN_OR_RETURN(auto abi, reader.optional<std::string>("abi"));
  ASSIGN_OR_RETURN(settings.abi, abi_from(abi.value_or(std::string(kAuto))));
  ASSIGN_OR_RETURN(auto routes, reader.optional<std::vector<std::string>>("routes"));
  settings.routes = std::move(routes).value_or(std::vector<std::string>());
  RETURN_IF_ERROR(check_routes(settings.routes));
  ASSIGN_OR_RETURN(auto limits, reader.optional<const json::Value*>(kLimits));
  if (limits) {
    ASSIGN_OR_RETURN(settings.limits, limits_from_json(**limits));
  }
  ASSIGN_OR_RETURN(auto env, reader.optional<json::StringMap>(kEnv));
  ASSIGN_OR_RETURN(settings.env, map_from(kEnv, std::move(env).value_or(json::StringMap())));
  ASSIGN_OR_RETURN(auto cors, reader.optional<std::vector<std::string>>("cors"));
  settings.cors = std::move(cors).value_or(std::vector<std::string>());
  RETURN_IF_ERROR(check_cors(settings.cors));
  ASSIGN_OR_RETURN(auto reuse, reader.optional<std::string>("reuse"));
  ASSIGN_OR_RETURN(settings.reuse, reuse_from(reuse.value_or("fresh")));
  ASSIGN_OR_RETURN(auto state, reader.optional<std::string>("state"));
  ASSIGN_OR_RETURN(settings.state, state_from(state.value_or("none")));
  ASSIGN_OR_RETURN(auto types, reader.optional<json::StringMap>(kTypes));
  ASSIGN_OR_RETURN(auto texts, map_from(kTypes, std::move(types).value_or(json::StringMap())));
  ASSIGN_OR_RETURN(settings.types, types_from(texts));
  ASSIGN_OR_RETURN(auto links, reader.optional<json::StringMap>(kLinks));
  ASSIGN_OR_RETURN(auto targets, map_from(kLinks, std::move(links).value_or(json::StringMap())));
  ASSIGN_OR_RETURN(settings.links, links_from(targets));
  ASSIGN_OR_RETURN(auto labels, reader.optional<json::StringMap>(kLabels));
  ASSIGN_OR_RETURN(settings.labels,
                   map_from(kLabels, std::move(labels).value_or(json::StringMap())));
  ASSIGN_OR_RETURN(auto grants, reader.optional<const json::Value*>(kGrants));
  if (grants) {
    ASSIGN_OR_RETURN(settings.grants, grants_from_json(**grants));
  }
  RETURN_IF_ERROR(reader.finish());
  return settings;
}

Result<json::Value> settings_patch(std::span<const std::string> assignments) {
  json::Value patch = json::Value::object();
  for (const std::string& assignment : assignments)
    RETURN_IF_ERROR(add_assignment(assignment, patch));
  return patch;
}

std::vector<std::pair<std::string, std::string>> settings_text(const FunctionSettings& settings) {
  std::vector<std::pair<std::string, std::string>> lines;
  lines.emplace_back("abi", settings.abi ? engine::name_of(*settings.abi) : kAuto);
  lines.emplace_back("routes", join(settings.routes));
  for (std::string_view key : engine::limit_keys())
    lines.emplace_back(fmt::format("limits.{}", key), engine::limit_text(settings.limits, key));
  for (const auto& [name, value] : settings.env) lines.emplace_back("env." + name, value);
  lines.emplace_back("cors", join(settings.cors));
  lines.emplace_back("reuse", name_of(settings.reuse));
  lines.emplace_back("state", name_of(settings.state));
  for (const auto& [name, text] : to_texts(settings.types))
    lines.emplace_back("types." + name, text);
  for (const auto& [import, name] : to_texts(settings.links))
    lines.emplace_back("links." + import, name);
  for (const auto& [name, value] : settings.labels) lines.emplace_back("labels." + name, value);
  lines.emplace_back(kGrantedCalls, join(settings.grants.call));
  return lines;
}

}  // namespace rockpool::platform
