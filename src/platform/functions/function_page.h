#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/functions/function.h"

namespace rockpool::platform {

struct FunctionPage {
  std::vector<std::shared_ptr<const Function>> functions;
  // The name to pass as `after` for the next page. Empty on the last page.
  std::string next;
};

}  // namespace rockpool::platform
