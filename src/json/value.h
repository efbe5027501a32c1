#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::json {

// A JSON value; objects keep the order of their members. Integers keep all digits of int64 and
// uint64. Outside this folder its members are asked with is_…() before they are taken, as the
// throwing accessors are for bugs.
using Value = nlohmann::ordered_json;

inline constexpr std::size_t kMaxDepth = 128;

// RFC 8259, strictly. Fails with invalid-argument, naming line and column, on anything else, on a
// member name that occurs twice in one object, and on arrays and objects nested deeper than
// kMaxDepth.
Result<Value> parse(std::string_view text);

// One line. Bytes that are no UTF-8 become U+FFFD, NaN and infinities become null.
std::string dump(const Value& value);
// Indented by two spaces, for people.
std::string dump_pretty(const Value& value);

// RFC 7396: `patch` applied to `target`.
Value merge_patch(const Value& target, const Value& patch);

}  // namespace rockpool::json
