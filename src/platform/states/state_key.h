#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::platform {

// The part of a path below a function's own that names one of its states: "/@KEY".
struct StateKey {
  std::string text;            // decoded; empty if none is named
  std::size_t path_bytes = 0;  // how much of the path it is
};

// Of a function that keeps its state. Fails with invalid-argument unless a key that is named has 1
// to 128 of A-Z, a-z, 0-9, '.', '_', '~' and '-'.
Result<StateKey> state_key(std::string_view path_below);

// A key by itself, "@KEY", or "@" for the state without one. Fails with invalid-argument.
Result<std::string> parse_state_key(std::string_view text);

}  // namespace rockpool::platform
