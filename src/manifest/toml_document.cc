#include "manifest/toml_document.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <fmt/format.h>
// Its parser assumes of keys what wrong text like "[!a]" does not hold: it is to look instead.
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace rockpool::manifest {
namespace {

Result<json::Value> to_json(const toml::node& node, std::string_view source);

int line_of(const toml::source_region& region) {
  return static_cast<int>(region.begin.line);
}

Result<json::Value> array_to_json(const toml::array& array, std::string_view source) {
  json::Value value = json::Value::array();
  for (const toml::node& item : array) {
    ASSIGN_OR_RETURN(auto converted, to_json(item, source));
    value.push_back(std::move(converted));
  }
  return value;
}

Result<json::Value> table_to_json(const toml::table& table, std::string_view source) {
  json::Value value = json::Value::object();
  for (const auto& [key, item] : table) {
    ASSIGN_OR_RETURN(auto converted, to_json(item, source));
    value[std::string(key.str())] = std::move(converted);
  }
  return value;
}

Result<json::Value> to_json(const toml::node& node, std::string_view source) {
  if (const auto* table = node.as_table()) return table_to_json(*table, source);
  if (const auto* array = node.as_array()) return array_to_json(*array, source);
  if (const auto* text = node.as_string()) return json::Value(text->get());
  if (const auto* truth = node.as_boolean()) return json::Value(truth->get());
  if (const auto* real = node.as_floating_point()) return json::Value(real->get());
  if (const auto* number = node.as_integer()) {
    // As JSON tells them: what is not negative is unsigned.
    if (number->get() >= 0) return json::Value(static_cast<std::uint64_t>(number->get()));
    return json::Value(number->get());
  }
  Error unfit(ErrorCode::InvalidArgument, "dates and times have no meaning here");
  return std::unexpected(at_line(source, line_of(node.source()), unfit));
}

Result<std::vector<TomlEntry>> entries_of(const toml::table& table, std::string_view source) {
  std::vector<TomlEntry> entries;
  for (const auto& [key, item] : table) {
    TomlEntry entry{
        .key = std::string(key.str()), .line = line_of(key.source()), .value = {}, .children = {}};
    ASSIGN_OR_RETURN(entry.value, to_json(item, source));
    if (const auto* children = item.as_table()) {
      ASSIGN_OR_RETURN(entry.children, entries_of(*children, source));
    }
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, {}, [](const TomlEntry& e) { return std::tie(e.line, e.key); });
  return entries;
}

}  // namespace

Error at_line(std::string_view source, int line, const Error& error) {
  return {error.code(), fmt::format("{}:{}: {}", source, line, error.message()), error.detail()};
}

Result<std::vector<TomlEntry>> parse_toml(std::string_view text, std::string_view source) {
  auto parsed = toml::parse(text);
  if (!parsed) {
    Error wrong(ErrorCode::InvalidArgument, std::string(parsed.error().description()));
    return std::unexpected(at_line(source, line_of(parsed.error().source()), wrong));
  }
  return entries_of(parsed.table(), source);
}

}  // namespace rockpool::manifest
