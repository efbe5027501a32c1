#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/limits.h"
#include "json/value.h"
#include "platform/functions/function.h"

namespace rockpool::api {

// A request that an operator describes in JSON instead of sending it.
struct DescribedRequest {
  std::string method;
  std::string authority;
  std::string path_with_query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body;
  std::optional<engine::Limits> limits;

  // The body of POST …/invoke: {export?, args?, body? or body_base64?, headers?, method?, path?,
  // limits?}.
  // What it leaves open is what the function's callers would send. Fails with invalid-argument or
  // unknown-field.
  static Result<DescribedRequest> parse(const json::Value& document,
                                        const platform::Function& function,
                                        std::string_view default_authority);
};

}  // namespace rockpool::api
