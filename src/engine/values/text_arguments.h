#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rockpool::engine {

// Arguments of `json` and `argv` calls: a JSON object of strings. An empty text counts as `{}`.
// Each fails with bad-arguments, naming key (or position), what is expected and what was found.

// What reaches a guest at most, as JSON; so in argv's other form, too.
inline constexpr std::size_t kMaxTextArgumentBytes = 64 << 10;

// For `json`: the object on one line.
Result<std::string> encode_text_arguments(std::string_view json);

// For `argv`: the object on one line is the only one. Where the values have no keys (a JSON array
// of strings, or an object whose only key is empty), these are the arguments. None may hold NUL.
Result<std::vector<std::string>> encode_command_arguments(std::string_view json);

}  // namespace rockpool::engine
