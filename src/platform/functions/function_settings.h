#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_name.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "engine/module/abi.h"
#include "engine/module/function_type.h"
#include "json/value.h"
#include "platform/functions/grants.h"

namespace rockpool::platform {

// Most modules that a version may be linked to, directly or through other links.
constexpr std::size_t kMaxLinks = 16;

// Which parts of an instance survive a call.
enum class StateMode : std::uint8_t {
  None,
  Memory,  // memories, globals and tables, saved with each call that ends well
};

// What an operator decides about a function beside its module. Part of a version, so never changed
// in place.
struct FunctionSettings {
  std::optional<engine::Abi> abi;   // none ("auto"): as detected from the module
  std::vector<std::string> routes;  // as written; none: /NAME and everything below it
  engine::Limits limits;
  std::map<std::string, std::string> env;
  std::vector<std::string> cors;  // allowed origins, or "*"
  engine::Reuse reuse = engine::Reuse::Fresh;
  StateMode state = StateMode::None;
  engine::FunctionTypes types;  // of core modules' exports; the others have the module's types
  std::map<std::string, FunctionName> links;  // where imports come from, by their module's name
  std::map<std::string, std::string> labels;
  Grants grants;

  friend bool operator==(const FunctionSettings&, const FunctionSettings&) = default;
};

// Every setting by name, defaults included; setting_rows.h lists them.
json::Value to_json(const FunctionSettings& settings);

// What is absent or null has its default. Counts may be numbers ("concurrency": 8). Fails with
// unknown-field, naming the path ("limits.wal") and the nearest known one, or with
// invalid-argument.
Result<FunctionSettings> settings_from_json(const json::Value& value);

// The merge patch (RFC 7396) that assignments such as "limits.wall=10s", "env.GREETING=hi" or
// "routes=/a/*,/b" amount to. Lists are separated by commas; an empty value gives a setting its
// default back, except in env and labels, where it is an empty text; "env.GREETING" (or a
// type, link or label) without '=' takes the name out. Only the form is checked: the values
// are when the patch is applied. Fails with unknown-field or invalid-argument.
Result<json::Value> settings_patch(std::span<const std::string> assignments);

}  // namespace rockpool::platform
