#include "dialects/wasmengine/reply.h"

#include <fmt/format.h>

#include "web/answers/problem.h"

namespace rockpool::dialects::wasmengine {
namespace {

// The lines behind the first are indented as the first is.
std::string indented(std::string_view text) {
  std::string result;
  for (char c : text) {
    result += c;
    if (c == '\n') result += "    ";
  }
  return result;
}

bool may_pass(ErrorCode code) {
  return code == ErrorCode::Overloaded || code == ErrorCode::Draining;
}

}  // namespace

Reply success(std::string_view message) {
  return {200, fmt::format("status code: 200, message: {}", message)};
}

Reply rejection(ErrorCode code, std::string_view what, std::string_view cause) {
  std::string chain(what);
  if (!cause.empty()) chain += "\n\nCaused by:\n    " + indented(cause);
  return {may_pass(code) ? 503 : 500, fmt::format("Unhandled rejection: CustomReject({})", chain)};
}

Reply bad_body(std::string_view why) {
  return {400, fmt::format("Request body deserialize error: {}", why)};
}

Reply body_too_large() {
  return {413, "The request payload is too large"};
}

Reply wrong_media_type() {
  return {415, "The request's content-type is not supported"};
}

Reply wrong_method(std::string_view allow) {
  return {405, "HTTP method not allowed", allow};
}

Reply unknown_path(std::string_view path) {
  bool is_below = path == "/function" || path.starts_with("/function/");
  if (is_below) return {200, "404 Not Found\n"};
  return {404, ""};
}

void respond(http::Exchange& exchange, const Reply& reply, std::string_view request_id) {
  http::ResponseHead head(reply.status);
  head.with(web::kRequestIdField, request_id);
  head.with("X-Content-Type-Options", "nosniff");
  if (!reply.allow.empty()) head.with("Allow", reply.allow);
  if (reply.status == 503) head.with("Retry-After", "1");
  exchange.respond(head, reply.text);
}

}  // namespace rockpool::dialects::wasmengine
