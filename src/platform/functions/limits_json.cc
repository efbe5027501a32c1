#include "platform/functions/limits_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/units.h"

namespace rockpool::platform {
namespace {

using Keys = std::span<const std::string_view>;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

std::string field_of(std::string_view key) {
  return fmt::format("limits.{}", key);
}

std::unexpected<Error> unknown(std::string_view key, Keys known) {
  std::vector<std::string> names;
  for (auto one : known) names.push_back(field_of(one));
  std::vector<std::string_view> views(names.begin(), names.end());
  std::string wanted = field_of(key);
  auto close = nearest(wanted, views);
  return fail(ErrorCode::UnknownField,
              fmt::format("there is no setting '{}'{}", wanted,
                          close.empty() ? fmt::format("; there are {}", fmt::join(names, ", "))
                                        : fmt::format("; did you mean '{}'?", close)));
}

bool is_count(std::string_view key) {
  return key == "concurrency" || key == "queue";
}

Result<std::string> text_of(std::string_view key, const json::Value& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return fmt::format("{}", value.get<std::uint64_t>());
  return wrong(fmt::format("{}: must be a text such as \"30s\" or \"64MiB\"{}", field_of(key),
                           is_count(key) ? ", or a number" : ""));
}

// Sets what `value` names in `limits`.
Result<engine::Limits> read(const json::Value& value, Keys known, engine::Limits limits) {
  if (!value.is_object()) return wrong("limits: must be an object");
  for (const auto& [key, given] : value.items()) {
    if (std::ranges::find(known, key) == known.end()) return unknown(key, known);
    if (given.is_null()) continue;
    ASSIGN_OR_RETURN(auto text, text_of(key, given));
    auto set = engine::set_limit(limits, key, text);
    if (!set) {
      return fail(set.error().code(), fmt::format("{}: {}", field_of(key), set.error().message()));
    }
  }
  return limits;
}

}  // namespace

json::Value to_json(const engine::Limits& limits) {
  json::Value object = json::Value::object();
  for (std::string_view key : engine::limit_keys()) {
    if (key == "concurrency") {
      object[std::string(key)] = limits.concurrency;
    } else if (key == "queue") {
      object[std::string(key)] = limits.queue;
    } else {
      object[std::string(key)] = engine::limit_text(limits, key);
    }
  }
  return object;
}

Result<engine::Limits> limits_from_json(const json::Value& value) {
  return read(value, engine::limit_keys(), {});
}

Result<engine::Limits> call_limits_from_json(const json::Value& value) {
  return read(value, engine::call_limit_keys(), engine::highest_limits());
}

}  // namespace rockpool::platform
