#include "api/control/openapi.h"

// Defined in openapi.S.
extern "C" {
extern const char rockpool_openapi_json[];
extern const char rockpool_openapi_json_end[];
}

namespace rockpool::api {

std::string_view openapi_document() {
  return {rockpool_openapi_json, rockpool_openapi_json_end};
}

}  // namespace rockpool::api
