#include "web/access/cors.h"

#include <algorithm>

#include "web/answers/problem.h"

namespace rockpool::web {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kMaxAgeSeconds = "600";

bool allows_any(std::span<const std::string> allowed) {
  return std::ranges::find(allowed, "*") != allowed.end();
}

}  // namespace

bool is_preflight(const http::Request& request) {
  return request.method == "OPTIONS" && request.find("origin") &&
         request.find("access-control-request-method");
}

bool allows_origin(std::span<const std::string> allowed, std::string_view origin) {
  return std::ranges::any_of(allowed, [&](const std::string& one) {
    return one == "*" || http::equal_ignoring_case(one, origin);
  });
}

void grant_origin(http::ResponseHead& head, std::span<const std::string> allowed,
                  std::string_view origin) {
  head.remove(kAllowOrigin);
  if (!allows_any(allowed)) head.with("Vary", "Origin");
  if (!allows_origin(allowed, origin)) return;
  head.with(kAllowOrigin, allows_any(allowed) ? "*" : origin);
}

void respond_preflight(http::Exchange& exchange, std::span<const std::string> allowed,
                       std::string_view request_id) {
  const auto& request = exchange.request();
  std::string_view origin = request.find("origin").value_or("");
  http::ResponseHead head(204);
  head.with(kRequestIdField, request_id);
  grant_origin(head, allowed, origin);
  if (allows_origin(allowed, origin)) {
    head.with("Access-Control-Allow-Methods",
              request.find("access-control-request-method").value_or(""));
    if (auto fields = request.find("access-control-request-headers")) {
      head.with("Access-Control-Allow-Headers", *fields);
    }
    head.with("Access-Control-Max-Age", kMaxAgeSeconds);
  }
  exchange.respond(head, "");
}

}  // namespace rockpool::web
