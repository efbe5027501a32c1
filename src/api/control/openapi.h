#pragma once

#include <string>

namespace rockpool::api {

// The control API in OpenAPI 3.1: openapi.json beside this file, with the schemas of a function's
// settings, which follow from platform::setting_rows().
std::string openapi_document();

}  // namespace rockpool::api
