#include "api/control/control_routes.h"

#include "api/control/endpoints.h"

namespace rockpool::api {

const web::RouteTable<Operation>& control_routes() {
  static const web::RouteTable<Operation> kRoutes({
      {"GET", "/healthz", {get_health, Access::Open}},
      {"GET", "/readyz", {get_readiness, Access::Open}},
      {"GET", "/metrics", {get_metrics}},
      {"GET", "/openapi.json", {get_openapi, Access::Open}},
      {"GET", "/v1/info", {get_info}},
      {"GET", "/v1/functions", {list_functions}},
      {"PUT", "/v1/functions", {put_functions}},
      {"POST", "/v1/functions", {post_function}},
      {"GET", "/v1/functions/{name}", {get_function}},
      {"PUT", "/v1/functions/{name}", {put_function}},
      {"PATCH", "/v1/functions/{name}", {patch_function}},
      {"DELETE", "/v1/functions/{name}", {delete_function}},
      {"GET", "/v1/functions/{name}/versions", {list_versions}},
      {"POST", "/v1/functions/{name}/rollback", {roll_back}},
      {"GET", "/v1/functions/{name}/states", {list_states}},
      {"DELETE", "/v1/functions/{name}/states/{key}", {delete_state}},
      {"POST", "/v1/functions/{name}/invoke", {invoke_function}},
      {"GET", "/v1/functions/{name}/logs", {get_logs}},
      {"POST", "/v1/modules", {post_module}},
      {"GET", "/v1/modules/{digest}", {get_module}},
  });
  return kRoutes;
}

}  // namespace rockpool::api
