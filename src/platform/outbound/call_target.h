#pragma once

#include <string>

#include "base/function_name.h"
#include "base/result.h"
#include "engine/host/host.h"

namespace rockpool::platform {

// The function that a guest's request names.
struct CallTarget {
  FunctionName name;
  std::string path_with_query;  // below the function's root
};

// Of wasi:http: "http://NAME.rockpool.internal/PATH"; of rockpool.call: "NAME" or "NAME/PATH".
// Fails with call-denied for any other host, function-not-found if the name can't be one's, and
// bad-request for a path that is none.
Result<CallTarget> call_target(const engine::OutgoingRequest& request);

}  // namespace rockpool::platform
