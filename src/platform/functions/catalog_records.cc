#include "platform/functions/catalog_records.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "json/object_reader.h"

namespace rockpool::platform {
namespace {

std::unexpected<Error> corrupt(std::string_view key, const std::string& why) {
  return fail(ErrorCode::Corrupt, fmt::format("the stored record '{}' can't be read", key), why);
}

// The error of reading a record, with the record's key.
std::unexpected<Error> corrupt(std::string_view key, const Error& error) {
  return corrupt(key, error.message());
}

std::int64_t milliseconds(WallTime time) {
  return time.time_since_epoch().count();
}

WallTime wall_time(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

Result<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is no number", text));
  }
  return number;
}

Result<Function> function_from(FunctionName name, const json::Value& value,
                               const VersionsByNumber& versions) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value));
  ASSIGN_OR_RETURN(auto created, reader.required<std::int64_t>("created"));
  ASSIGN_OR_RETURN(auto revision, reader.required<std::uint64_t>("revision"));
  ASSIGN_OR_RETURN(auto last_number, reader.required<std::uint64_t>("last_number"));
  ASSIGN_OR_RETURN(auto live, reader.required<std::uint64_t>("live"));
  ASSIGN_OR_RETURN(auto origin, reader.optional<json::ObjectReader>("origin"));
  Function function{.name = std::move(name),
                    .created = wall_time(created),
                    .revision = revision,
                    .last_number = last_number};
  if (origin) {
    ASSIGN_OR_RETURN(auto dialect, origin->required<std::string>("dialect"));
    ASSIGN_OR_RETURN(auto origin_name, origin->required<std::string>("name"));
    function.origin = Origin{std::move(dialect), std::move(origin_name)};
  }
  for (auto version = versions.rbegin(); version != versions.rend(); ++version)
    function.versions.push_back(version->second);
  function.live = function.version(live);
  if (function.live == nullptr) {
    return fail(ErrorCode::Corrupt, fmt::format("its live version {} is missing", live));
  }
  return function;
}

Result<std::optional<PinnedImage>> image_from(json::ObjectReader& version) {
  ASSIGN_OR_RETURN(auto image, version.optional<json::ObjectReader>("image"));
  if (!image) return std::nullopt;
  ASSIGN_OR_RETURN(auto reference, image->required<std::string>("reference"));
  ASSIGN_OR_RETURN(auto digest_text, image->required<std::string>("digest"));
  ASSIGN_OR_RETURN(auto digest, Digest::parse(digest_text));
  return PinnedImage{std::move(reference), digest};
}

json::Value links_value(const std::vector<engine::Link>& links) {
  auto value = json::Value::object();
  for (const auto& [import, index] : links) value[import] = index;
  return value;
}

Result<std::vector<engine::Link>> links_from(const json::Value& value, std::size_t modules) {
  std::vector<engine::Link> links;
  for (const auto& [import, index] : value.items()) {
    bool is_index = index.is_number_unsigned() && index.get<std::uint64_t>() < modules;
    if (!is_index)
      return fail(ErrorCode::Corrupt, fmt::format("its link '{}' leads nowhere", import));
    links.push_back({import, index.get<std::size_t>()});
  }
  return links;
}

json::Value linked_value(const std::vector<LinkedFunction>& functions) {
  auto value = json::Value::array();
  for (const auto& [name, version, module] : functions) {
    value.push_back({{"function", name.text()},
                     {"version", version},
                     {"digest", module.digest.text()},
                     {"links", links_value(module.links)}});
  }
  return value;
}

Result<LinkedFunction> linked_from(const json::Value& value, std::size_t modules_before) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value));
  ASSIGN_OR_RETURN(auto name_text, reader.required<std::string>("function"));
  ASSIGN_OR_RETURN(auto name, FunctionName::parse(name_text));
  ASSIGN_OR_RETURN(auto version, reader.required<std::uint64_t>("version"));
  ASSIGN_OR_RETURN(auto digest_text, reader.required<std::string>("digest"));
  ASSIGN_OR_RETURN(auto digest, Digest::parse(digest_text));
  ASSIGN_OR_RETURN(const auto* links_value, reader.required<const json::Value*>("links"));
  ASSIGN_OR_RETURN(auto links, links_from(*links_value, modules_before));
  return LinkedFunction{.name = std::move(name),
                        .version = version,
                        .module = {.digest = digest, .links = std::move(links)}};
}

// Versions without links have neither member.
Result<ResolvedLinks> version_links_from(json::ObjectReader& reader) {
  ResolvedLinks links;
  ASSIGN_OR_RETURN(auto functions, reader.optional<const json::Value*>("linked"));
  if (!functions) return links;
  for (const json::Value& function : **functions) {
    ASSIGN_OR_RETURN(auto linked, linked_from(function, links.functions.size()));
    links.functions.push_back(std::move(linked));
  }
  ASSIGN_OR_RETURN(const auto* own, reader.required<const json::Value*>("links"));
  ASSIGN_OR_RETURN(links.own, links_from(*own, links.functions.size()));
  return links;
}

Result<Version> version_from(std::uint64_t number, const json::Value& value) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value));
  ASSIGN_OR_RETURN(auto digest_text, reader.required<std::string>("digest"));
  ASSIGN_OR_RETURN(auto digest, Digest::parse(digest_text));
  ASSIGN_OR_RETURN(auto size, reader.required<std::uint64_t>("size"));
  ASSIGN_OR_RETURN(auto abi_name, reader.required<std::string>("abi"));
  auto abi = engine::abi_of(abi_name);
  if (!abi) return fail(ErrorCode::Corrupt, fmt::format("'{}' is no abi", abi_name));
  ASSIGN_OR_RETURN(const auto* settings_value, reader.required<const json::Value*>("settings"));
  ASSIGN_OR_RETURN(auto settings, settings_from_json(*settings_value));
  ASSIGN_OR_RETURN(auto created, reader.required<std::int64_t>("created"));
  ASSIGN_OR_RETURN(auto image, image_from(reader));
  ASSIGN_OR_RETURN(auto links, version_links_from(reader));
  return Version{.number = number,
                 .digest = digest,
                 .size_bytes = size,
                 .abi = *abi,
                 .settings = std::move(settings),
                 .created = wall_time(created),
                 .image = std::move(image),
                 .links = std::move(links)};
}

}  // namespace

std::string function_key(const FunctionName& name) {
  return fmt::format("{}{}", kTenantPrefix, name.text());
}

std::string versions_prefix(const FunctionName& name) {
  return fmt::format("{}{}/", kTenantPrefix, name.text());
}

std::string version_key(const FunctionName& name, std::uint64_t number) {
  return fmt::format("{}{:010}", versions_prefix(name), number);
}

std::string module_key(const Digest& digest) {
  return fmt::format("{}{}", kTenantPrefix, digest.text());
}

std::string function_value(const Function& function) {
  json::Value value = {{"created", milliseconds(function.created)},
                       {"revision", function.revision},
                       {"last_number", function.last_number},
                       {"live", function.live->number}};
  if (function.origin) {
    value["origin"] = {{"dialect", function.origin->dialect}, {"name", function.origin->name}};
  }
  return json::dump(value);
}

std::string version_value(const Version& version) {
  json::Value value = {{"digest", version.digest.text()},
                       {"size", version.size_bytes},
                       {"abi", engine::name_of(version.abi)},
                       {"settings", to_json(version.settings)},
                       {"created", milliseconds(version.created)}};
  if (version.image) {
    value["image"] = {{"reference", version.image->reference},
                      {"digest", version.image->digest.text()}};
  }
  if (!version.links.functions.empty()) {
    value["links"] = links_value(version.links.own);
    value["linked"] = linked_value(version.links.functions);
  }
  return json::dump(value);
}

std::string module_value(const engine::Inspection& inspection) {
  return json::dump(engine::to_json(inspection));
}

std::string time_value(WallTime time) {
  return fmt::format("{}", milliseconds(time));
}

Result<Function> read_function(std::string_view key, std::string_view value,
                               const VersionsByNumber& versions) {
  auto name = FunctionName::parse(key.substr(kTenantPrefix.size()));
  if (!name) return corrupt(key, name.error());
  auto parsed = json::parse(value);
  if (!parsed) return corrupt(key, parsed.error());
  auto function = function_from(*name, *parsed, versions);
  if (!function) return corrupt(key, function.error());
  return function;
}

Result<StoredVersion> read_version(std::string_view key, std::string_view value) {
  auto rest = key.substr(kTenantPrefix.size());
  auto slash = rest.find('/');
  if (slash == std::string_view::npos) return corrupt(key, "its key names no version");
  auto name = FunctionName::parse(rest.substr(0, slash));
  if (!name) return corrupt(key, name.error());
  auto number = parse_number(rest.substr(slash + 1));
  if (!number) return corrupt(key, number.error());
  auto parsed = json::parse(value);
  if (!parsed) return corrupt(key, parsed.error());
  auto version = version_from(*number, *parsed);
  if (!version) return corrupt(key, version.error());
  return StoredVersion{*std::move(name), *std::move(version)};
}

Result<engine::Inspection> read_module(std::string_view key, std::string_view value) {
  auto parsed = json::parse(value);
  if (!parsed) return corrupt(key, parsed.error());
  auto inspection = engine::inspection_from_json(*parsed);
  if (!inspection) return corrupt(key, inspection.error());
  return inspection;
}

Result<Digest> read_module_key(std::string_view key) {
  auto digest = Digest::parse(key.substr(kTenantPrefix.size()));
  if (!digest) return corrupt(key, digest.error());
  return digest;
}

Result<WallTime> read_time(std::string_view key, std::string_view value) {
  auto number = parse_number(value);
  if (!number) return corrupt(key, number.error());
  return wall_time(static_cast<std::int64_t>(*number));
}

}  // namespace rockpool::platform
