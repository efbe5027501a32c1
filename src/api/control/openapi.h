#pragma once

#include <string_view>

namespace rockpool::api {

// The control API in OpenAPI 3.1, as openapi.json beside this file says it.
std::string_view openapi_document();

}  // namespace rockpool::api
