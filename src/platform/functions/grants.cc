#include "platform/functions/grants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "json/object_reader.h"

namespace rockpool::platform {
namespace {

constexpr std::size_t kMaxCallees = 256;
constexpr char kAnyRest = '*';

bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with(kAnyRest)) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

// A name, or what a name may begin with and then '*'.
bool is_pattern(std::string_view text) {
  if (!text.ends_with(kAnyRest)) return FunctionName::parse(text).has_value();
  std::string some_name(text.substr(0, text.size() - 1));
  some_name += 'a';
  return FunctionName::parse(some_name).has_value();
}

Result<void> read_call(json::ObjectReader& reader, Grants& grants) {
  ASSIGN_OR_RETURN(auto call, reader.optional<std::vector<std::string>>("call"));
  grants.call = std::move(call).value_or(std::vector<std::string>());
  if (grants.call.size() > kMaxCallees) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("grants.call: at most {} names are allowed", kMaxCallees));
  }
  for (const std::string& pattern : grants.call) {
    if (is_pattern(pattern)) continue;
    return fail(ErrorCode::InvalidArgument,
                fmt::format("grants.call: '{}' is not a function's name, and not the beginning of "
                            "names followed by '*'",
                            pattern));
  }
  return {};
}
json::Value write_call(const Grants& grants) {
  return grants.call;
}

// One kind of grant; JSON, the command line and the manifest follow from its row.
struct GrantRow {
  std::string_view kind;
  // Takes the kind's field, which may be absent, and sets it. Fails with invalid-argument.
  Result<void> (*read)(json::ObjectReader& reader, Grants& grants);
  json::Value (*write)(const Grants& grants);
};

constexpr auto kRows = std::to_array<GrantRow>({
    {.kind = "call", .read = read_call, .write = write_call},
});

}  // namespace

bool may_call(const Grants& grants, const FunctionName& callee) {
  return std::ranges::any_of(grants.call, [&callee](const std::string& pattern) {
    return matches(pattern, callee.text());
  });
}

std::vector<std::string_view> grant_kinds() {
  std::vector<std::string_view> kinds;
  for (const GrantRow& row : kRows) kinds.push_back(row.kind);
  return kinds;
}

json::Value to_json(const Grants& grants) {
  json::Value value = json::Value::object();
  for (const GrantRow& row : kRows) value[std::string(row.kind)] = row.write(grants);
  return value;
}

Result<Grants> grants_from_json(const json::Value& value) {
  Grants grants;
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value, "grants"));
  for (const GrantRow& row : kRows) RETURN_IF_ERROR(row.read(reader, grants));
  RETURN_IF_ERROR(reader.finish());
  return grants;
}

}  // namespace rockpool::platform
