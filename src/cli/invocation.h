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
  std::optional<json::Value> args;  // absent if the function takes no arguments
};

// The first word is the export only if the function exports it. A typed parameter of type string
// takes its word as it is, others parse it as JSON. Text functions take words KEY=VALUE; commands
// (abi `argv`) also values alone, if the first word has no key. Fails with bad-arguments, naming
// the position.
//
// `function` is its object of the control API.
Result<InvocationWords> invocation_words(const json::Value& function,
                                         std::vector<std::string> words);

}  // namespace rockpool::cli
