#pragma once

#include <string>

#include "engine/module/misfit.h"
#include "engine/module/wit_type.h"
#include "json/value.h"

namespace rockpool::engine {

// Numbers from JSON to the bytes that typed_values.h describes; `type` is one of the number types.
Fit append_number(std::string& bytes, const WitType& type, const json::Value& value);
// Those of an array, one after another.
Fit append_numbers(std::string& bytes, const WitType& type, const json::Value& array);

}  // namespace rockpool::engine
