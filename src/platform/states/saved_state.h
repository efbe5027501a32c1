#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace rockpool::platform {

// That there is a state of this key, empty for the one without.
struct SavedState {
  std::string key;
  WallTime saved;
};

struct StatePage {
  std::vector<SavedState> states;
  // The key to give as `after` for what follows; none at the end.
  std::optional<std::string> next;
};

}  // namespace rockpool::platform
