#include "platform/functions/grants.h"

#include <fmt/format.h>

#include <algorithm>
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

}  // namespace

bool may_call(const Grants& grants, const FunctionName& callee) {
  return std::ranges::any_of(grants.call, [&callee](const std::string& pattern) {
    return matches(pattern, callee.text());
  });
}

json::Value to_json(const Grants& grants) {
  return {{"call", grants.call}};
}

Result<Grants> grants_from_json(const json::Value& value) {
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value, "grants"));
  ASSIGN_OR_RETURN(auto call, reader.optional<std::vector<std::string>>("call"));
  RETURN_IF_ERROR(reader.finish());
  Grants grants{.call = std::move(call).value_or(std::vector<std::string>())};
  if (grants.call.size() > kMaxCallees) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("grants.call: at most {} names fit", kMaxCallees));
  }
  for (const std::string& pattern : grants.call) {
    if (is_pattern(pattern)) continue;
    return fail(ErrorCode::InvalidArgument,
                fmt::format("grants.call: '{}' is no function's name, nor the beginning of names "
                            "with '*' behind it",
                            pattern));
  }
  return grants;
}

}  // namespace rockpool::platform
