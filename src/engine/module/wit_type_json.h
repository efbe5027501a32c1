#pragma once

#include <string>

#include "base/result.h"
#include "engine/module/wit_type.h"
#include "json/value.h"

namespace rockpool::engine {

// A type as a tree: "u8", {"list": "u8"}, {"option": T}, {"result": [T or null, T or null]},
// {"record": [["x", T]…]}, {"tuple": [T…]}, {"enum": ["a"…]}, {"variant": [["a", T or null]…]},
// {"flags": ["a"…]}. bridge/src/inspect/wit.rs writes the same.
json::Value to_json(const WitType& type);

// Fails with invalid-argument, naming the place after `path`, unless it is such a tree.
Result<WitType> wit_type_from_json(const json::Value& value, const std::string& path);

}  // namespace rockpool::engine
