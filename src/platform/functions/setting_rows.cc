#include "platform/functions/setting_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/units.h"
#include "platform/functions/limits_json.h"
#include "platform/functions/route_pattern.h"

namespace rockpool::platform {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::size_t kMaxRoutes = 64;
constexpr std::size_t kMaxEntries = 256;          // of env and labels, each
constexpr std::size_t kMaxMapBytes = 64UL << 10;  // names and values together

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
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
      return wrong(
          fmt::format("{}: a name must not be empty and must not contain '=' or NUL", field));
    }
    if (value.find('\0') != std::string::npos) {
      return wrong(fmt::format("{}.{}: must not contain NUL", field, name));
    }
    map.emplace(std::move(name), std::move(value));
  }
  if (map.size() > kMaxEntries || bytes > kMaxMapBytes) {
    return wrong(fmt::format("{}: at most {} entries and {} bytes are allowed", field, kMaxEntries,
                             kMaxMapBytes));
  }
  return map;
}

Result<void> check_routes(const std::vector<std::string>& routes) {
  if (routes.size() > kMaxRoutes)
    return wrong(fmt::format("routes: at most {} are allowed", kMaxRoutes));
  std::set<std::string> keys;
  for (const std::string& route : routes) {
    ASSIGN_OR_RETURN(auto pattern, RoutePattern::parse(route));
    if (!keys.insert(pattern.key()).second) {
      return wrong(fmt::format("routes: '{}' is listed twice", route));
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
    return wrong(fmt::format("cors: at most {} origins are allowed", kMaxRoutes));
  for (const std::string& origin : origins) {
    if (!is_origin(origin)) {
      return wrong(fmt::format(
          "cors: '{}' is not an origin: write https://HOST or https://HOST:PORT, or *", origin));
    }
  }
  return {};
}

Result<std::optional<engine::Abi>> abi_from(const std::string& text) {
  if (text == kAuto) return std::nullopt;
  if (auto abi = engine::abi_of(text)) return abi;
  std::string known(kAuto);
  for (engine::Abi abi : engine::all_abis()) known += fmt::format(", {}", engine::name_of(abi));
  return wrong(fmt::format("abi: expected one of {}, got '{}'", known, text));
}

// One of two words.
template <class Mode>
Result<Mode> mode_from(std::string_view field, const std::string& text, Mode first, Mode second) {
  for (Mode mode : {first, second}) {
    if (text == name_of(mode)) return mode;
  }
  return wrong(
      fmt::format("{}: expected {} or {}, got '{}'", field, name_of(first), name_of(second), text));
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
    if (!type) return wrong(fmt::format("types.{}: {}", name, type.error().message()));
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
  if (texts.size() > kMaxLinks)
    return wrong(fmt::format("links: at most {} are allowed", kMaxLinks));
  std::map<std::string, FunctionName> links;
  for (const auto& [import, text] : texts) {
    auto name = FunctionName::parse(text);
    if (!name) return wrong(fmt::format("links.{}: {}", import, name.error().message()));
    links.emplace(import, *std::move(name));
  }
  return links;
}

// --- one pair of functions for each setting

using json::ObjectReader;
using json::StringMap;
using Texts = std::vector<std::string>;

Result<std::string> text_of(ObjectReader& reader, std::string_view field,
                            std::string_view otherwise) {
  ASSIGN_OR_RETURN(auto text, reader.optional<std::string>(field));
  return std::move(text).value_or(std::string(otherwise));
}

Result<Texts> list_of(ObjectReader& reader, std::string_view field) {
  ASSIGN_OR_RETURN(auto list, reader.optional<Texts>(field));
  return std::move(list).value_or(Texts());
}

Result<std::map<std::string, std::string>> map_of(ObjectReader& reader, std::string_view field) {
  ASSIGN_OR_RETURN(auto map, reader.optional<StringMap>(field));
  return map_from(field, std::move(map).value_or(StringMap()));
}

Result<void> read_abi(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto text, text_of(reader, "abi", kAuto));
  ASSIGN_OR_RETURN(settings.abi, abi_from(text));
  return {};
}
json::Value write_abi(const FunctionSettings& settings) {
  return settings.abi ? engine::name_of(*settings.abi) : kAuto;
}

Result<void> read_routes(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(settings.routes, list_of(reader, "routes"));
  return check_routes(settings.routes);
}
json::Value write_routes(const FunctionSettings& settings) {
  return settings.routes;
}

std::vector<std::string_view> limit_members() {
  auto keys = engine::limit_keys();
  return {keys.begin(), keys.end()};
}
Result<void> read_limits(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto limits, reader.optional<const json::Value*>("limits"));
  if (!limits) return {};
  ASSIGN_OR_RETURN(settings.limits, limits_from_json(**limits));
  return {};
}
json::Value write_limits(const FunctionSettings& settings) {
  return to_json(settings.limits);
}

Result<void> read_env(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(settings.env, map_of(reader, "env"));
  return {};
}
json::Value write_env(const FunctionSettings& settings) {
  return map_to_json(settings.env);
}

Result<void> read_cors(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(settings.cors, list_of(reader, "cors"));
  return check_cors(settings.cors);
}
json::Value write_cors(const FunctionSettings& settings) {
  return settings.cors;
}

Result<void> read_reuse(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto text, text_of(reader, "reuse", name_of(engine::Reuse::Fresh)));
  ASSIGN_OR_RETURN(settings.reuse,
                   mode_from("reuse", text, engine::Reuse::Fresh, engine::Reuse::Instance));
  return {};
}
json::Value write_reuse(const FunctionSettings& settings) {
  return name_of(settings.reuse);
}

Result<void> read_state(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto text, text_of(reader, "state", name_of(StateMode::None)));
  ASSIGN_OR_RETURN(settings.state, mode_from("state", text, StateMode::None, StateMode::Memory));
  return {};
}
json::Value write_state(const FunctionSettings& settings) {
  return name_of(settings.state);
}

Result<void> read_types(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto texts, map_of(reader, "types"));
  ASSIGN_OR_RETURN(settings.types, types_from(texts));
  return {};
}
json::Value write_types(const FunctionSettings& settings) {
  return map_to_json(to_texts(settings.types));
}

Result<void> read_links(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto texts, map_of(reader, "links"));
  ASSIGN_OR_RETURN(settings.links, links_from(texts));
  return {};
}
json::Value write_links(const FunctionSettings& settings) {
  return map_to_json(to_texts(settings.links));
}

Result<void> read_labels(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(settings.labels, map_of(reader, "labels"));
  return {};
}
json::Value write_labels(const FunctionSettings& settings) {
  return map_to_json(settings.labels);
}

Result<void> read_grants(ObjectReader& reader, FunctionSettings& settings) {
  ASSIGN_OR_RETURN(auto grants, reader.optional<const json::Value*>("grants"));
  if (!grants) return {};
  ASSIGN_OR_RETURN(settings.grants, grants_from_json(**grants));
  return {};
}
json::Value write_grants(const FunctionSettings& settings) {
  return to_json(settings.grants);
}

constexpr auto kRows = std::to_array<SettingRow>({
    {.name = "abi",
     .form = SettingForm::Text,
     .flag = {"--abi", "ABI", "How requests reach it; default: detected from the module"},
     .schema = R"({"$ref": "#/components/schemas/Abi"})",
     .input_schema =
         R"({"anyOf": [{"const": "auto"}, {"$ref": "#/components/schemas/Abi"}], "description": "How requests reach the guest; `auto` detects it from the module."})",
     .read = read_abi,
     .write = write_abi},
    {.name = "routes",
     .form = SettingForm::List,
     .flag = {"--route", "PATTERN", "Where it answers; repeat for more"},
     .schema =
         R"({"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "Where it answers, the default route included."})",
     .input_schema =
         R"({"type": "array", "items": {"type": "string"}, "description": "Paths, or patterns of host and path: `/a/*`, `/users/:id`, `api.example.test/v1/*`. Empty: `/NAME` and everything below it."})",
     .read = read_routes,
     .write = write_routes},
    {.name = "limits",
     .form = SettingForm::Group,
     .flag = {"--limit", "KEY=VALUE", "What it may use: wall=5s, memory=64MiB …; repeat for more"},
     .schema = R"({"$ref": "#/components/schemas/Limits"})",
     .input_schema = R"({"$ref": "#/components/schemas/LimitsInput"})",
     .read = read_limits,
     .write = write_limits,
     .members = limit_members},
    {.name = "env",
     .form = SettingForm::Map,
     .flag = {"--env", "NAME=VALUE", "A variable that it sees; repeat for more"},
     .schema =
         R"({"type": "object", "additionalProperties": {"type": "string"}, "description": "The environment of the guest."})",
     .read = read_env,
     .write = write_env},
    {.name = "cors",
     .form = SettingForm::List,
     .flag = {"--cors", "ORIGIN", "An origin whose pages may call it, or *; repeat for more"},
     .schema =
         R"({"type": "array", "items": {"type": "string"}, "description": "Origins whose pages may call the function, or `*`."})",
     .read = read_cors,
     .write = write_cors},
    {.name = "reuse",
     .form = SettingForm::Text,
     .flag = {"--reuse", "MODE", "instance: instances serve several calls; default: fresh"},
     .schema =
         R"({"enum": ["fresh", "instance"], "description": "Whether an instance that answered serves later calls."})",
     .read = read_reuse,
     .write = write_reuse},
    {.name = "state",
     .form = SettingForm::Text,
     .flag = {"--state", "MODE", "memory: it keeps its memory between calls; default: none"},
     .schema =
         R"({"enum": ["none", "memory"], "description": "Whether memories, globals and tables are kept between calls, one state for each `@KEY`."})",
     .read = read_state,
     .write = write_state},
    {.name = "types",
     .form = SettingForm::Map,
     .flag = {"--types", "EXPORT=TYPES",
              "Types of a core module's export, such as sum='(list<s32>) -> s64'"},
     .schema =
         R"({"type": "object", "additionalProperties": {"type": "string"}, "description": "Types of a core module's exports, such as `(list<s32>) -> s64`."})",
     .read = read_types,
     .write = write_types,
     .empty_entry = EmptyEntry::IsRemoved},
    {.name = "links",
     .form = SettingForm::Map,
     .flag = {"--link", "IMPORT=FUNCTION",
              "The function whose module serves imports of this name: env=mathlib"},
     .schema =
         R"({"type": "object", "additionalProperties": {"type": "string"}, "description": "Functions whose modules serve what this one imports, by the name it imports from."})",
     .read = read_links,
     .write = write_links,
     .empty_entry = EmptyEntry::IsRemoved},
    {.name = "labels",
     .form = SettingForm::Map,
     .flag = {"--label", "NAME=VALUE", "A label for your own use; repeat for more"},
     .schema =
         R"({"type": "object", "additionalProperties": {"type": "string"}, "description": "For the operator's own use."})",
     .read = read_labels,
     .write = write_labels},
    {.name = "grants",
     .form = SettingForm::Group,
     .flag = {"--grant", "KIND=VALUE", "What it may do: call=NAME lets it call that function"},
     .schema = R"({"$ref": "#/components/schemas/Grants"})",
     .read = read_grants,
     .write = write_grants,
     .members = grant_kinds,
     .member_form = SettingForm::List},
});

}  // namespace

std::span<const SettingRow> setting_rows() {
  return kRows;
}

const SettingRow* find_setting(std::string_view name) {
  const auto* found = std::ranges::find(kRows, name, &SettingRow::name);
  return found == kRows.end() ? nullptr : found;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (;;) {
    auto end = std::min(text.find(','), text.size());
    auto item = text.substr(0, end);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    if (end == text.size()) return items;
    text.remove_prefix(end + 1);
  }
}

}  // namespace rockpool::platform
