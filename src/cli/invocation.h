#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rockpool::cli {

// The words after `invoke NAME`, told apart.
struct InvocationWords {
  std::optional<std::string> exported;
  std::optional<json::Value> args;  // an array; absent if the function takes no typed arguments
};

// The first word is the export only if the function exports it. A parameter of type string takes
// its word as it is, others parse it as JSON. Fails with bad-arguments, naming the position.
//
// `function` is its object of the control API.
Result<InvocationWords> invocation_words(const json::Value& function,
                                         std::vector<std::string> words);

}  // namespace rockpool::cli
