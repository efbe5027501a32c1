#include "dialects/wess/answer.h"

#include "json/value.h"
#include "web/answers/problem.h"

namespace rockpool::dialects::wess {
namespace {

http::ResponseHead head_of(int status, std::string_view request_id) {
  http::ResponseHead head(status);
  head.with("Content-Type", "application/json");
  head.with(web::kRequestIdField, request_id);
  head.with("X-Content-Type-Options", "nosniff");
  return head;
}

std::string body_of(std::string_view message) {
  std::string body;
  body.reserve(message.size() + 12);
  body += R"({"message":)";
  body += message;
  body += '}';
  return body;
}

}  // namespace

Answer id_answer(std::string_view id) {
  return {202, json::dump({{"id", id}})};
}

Error unknown_id() {
  return {ErrorCode::NotFound, "Invalid Id: Error: Not found"};
}

Error unknown_module() {
  return {ErrorCode::NotFound, "Error: Not found"};
}

int status_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::NotFound:
    case ErrorCode::InvalidArgument:
    case ErrorCode::MethodNotAllowed:
    case ErrorCode::OriginDenied:
    case ErrorCode::HostUnknown:
      return rockpool::status_of(error.code());
    default:
      return 500;
  }
}

void respond(http::Exchange& exchange, const Answer& answer, std::string_view request_id) {
  exchange.respond(head_of(answer.status, request_id), body_of(answer.message));
}

void respond(http::Exchange& exchange, int status, std::string_view text,
             std::string_view request_id, std::string_view allow) {
  auto head = head_of(status, request_id);
  if (!allow.empty()) head.with("Allow", allow);
  exchange.respond(head, body_of(json::dump(json::Value(text))));
}

}  // namespace rockpool::dialects::wess
