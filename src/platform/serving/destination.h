#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "platform/functions/function.h"
#include "platform/serving/router.h"

namespace rockpool::platform {

struct LocalVersion;

// The version of a function that a request leads to. Belongs to the reactor that asked for it; the
// version stays loaded and whole while it exists, whatever is deployed meanwhile.
struct Destination {
  std::shared_ptr<LocalVersion> local = {};
  // How much of the request's path is the script name; the rest is the path below it.
  std::size_t prefix_length = 0;
  // Their values point into the request's path, their names into what `parameter_names` keeps.
  std::vector<PathParameter> parameters = {};
  std::shared_ptr<const void> parameter_names = {};

  const Function& function() const;
  const Version& version() const;
  const FunctionSettings& settings() const { return version().settings; }
};

}  // namespace rockpool::platform
