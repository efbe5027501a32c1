#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/limits.h"

namespace rockpool::dialects::wasmengine {

// The bodies of the calls. Fields they do not know are passed over. Each parser fails with
// invalid-argument, saying what does not fit.

struct DeployRequest {
  std::string function_name;
  std::string function_image;
  bool wasi_cap = false;  // the module is a command
};
Result<DeployRequest> parse_deploy(std::string_view body);

// Of delete and query.
Result<std::string> parse_function_name(std::string_view body);

struct InvokeRequest {
  std::string function_name;
  // A JSON object or array of texts, which the call itself checks; empty: none.
  std::string arguments;
  std::optional<engine::Limits> limits;
};
Result<InvokeRequest> parse_invoke(std::string_view body);

}  // namespace rockpool::dialects::wasmengine
