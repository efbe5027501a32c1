#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dialects/wess/module_document.h"

namespace rockpool::dialects::wess {

// A run's body as the arguments of a typed call: `body` is an array of one value for each type,
// nulls between them left out. Integers are cut to the type's width, as Wess does; numbers that are
// too large for F32 become infinite. Fails with invalid-argument; the message is the one that
// callers get.
Result<std::string> typed_arguments(std::span<const ValueType> types, std::string_view body);

// The first `count` of a typed call's results; `results` is the array as the call gave it.
Result<std::string> first_results(std::string results, std::size_t count);

}  // namespace rockpool::dialects::wess
