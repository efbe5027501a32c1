#include "web/answers/problem.h"

#include <algorithm>
#include <array>

#include "web/answers/accept.h"
#include "web/answers/html.h"

namespace rockpool::web {
namespace {

// How long a client shall wait before it tries again: a queue's longest wait by default.
constexpr std::string_view kRetryAfterSeconds = "1";

// Nothing of an internal failure is told: its words may name paths or quote a library.
std::string_view public_detail(const Error& error) {
  if (public_code(error.code()) == ErrorCode::Internal) {
    return "an internal error; the server's log holds more under the request id";
  }
  return error.message();
}

std::string problem_html(const Problem& problem) {
  const auto& row = row_of(public_code(problem.error.code()));
  std::string body = "<p>" + html_escape(public_detail(problem.error)) + "</p>\n<p><a href=\"";
  body += kWellKnownPrefix;
  body += "errors/";
  body += row.name;
  body += "\">What does <code>";
  body += row.name;
  body +=
      "</code> mean?</a></p>\n<p>Request <code>" + html_escape(problem.request_id) + "</code></p>";
  return html_page(std::to_string(row.status) + " " + std::string(row.title), body);
}

bool prefers_html(const http::Request& request) {
  auto accept = request.find("accept");
  if (!accept) return false;
  static constexpr std::array<std::string_view, 2> kOffers = {kProblemJson, "text/html"};
  return preferred_offer(*accept, kOffers) == 1;
}

}  // namespace

ErrorCode public_code(ErrorCode code) {
  return code < ErrorCode::AlreadyExists ? code : ErrorCode::Internal;
}

http::ResponseHead problem_head(const Problem& problem) {
  auto code = public_code(problem.error.code());
  http::ResponseHead head(status_of(code));
  head.with(kRequestIdField, problem.request_id);
  head.with("Cache-Control", "no-store");
  switch (code) {
    case ErrorCode::Overloaded:
    case ErrorCode::Draining:
    case ErrorCode::RateLimited:
      head.with("Retry-After", kRetryAfterSeconds);
      break;
    case ErrorCode::MethodNotAllowed:
      head.with("Allow", problem.allow);
      break;
    case ErrorCode::Unauthorized:
      head.with("WWW-Authenticate", "Bearer");
      break;
    default:
      break;
  }
  return head;
}

std::string problem_json(const Problem& problem) {
  const auto& row = row_of(public_code(problem.error.code()));
  std::string body;
  body.reserve(384);
  body += R"({"type":")";
  body += kWellKnownPrefix;
  body += "errors/";
  body += row.name;
  body += R"(","title":")";
  body += row.title;
  body += R"(","status":)";
  body += std::to_string(row.status);
  body += R"(,"detail":)";
  append_json_string(body, public_detail(problem.error));
  body += R"(,"instance":"urn:rockpool:request:)";
  body += problem.request_id;
  body += R"(","code":")";
  body += row.name;
  body += R"(","request_id":")";
  body += problem.request_id;
  body += '"';
  if (problem.extension != nullptr && problem.extension->is_object()) {
    for (const auto& [name, value] : problem.extension->items()) {
      body += ',';
      append_json_string(body, name);
      body += ':';
      body += json::dump(value);
    }
  }
  body += "}\n";
  return body;
}

void respond(http::Exchange& exchange, const Problem& problem) {
  auto head = problem_head(problem);
  if (prefers_html(exchange.request())) {
    head.with("Content-Type", "text/html; charset=utf-8");
    head.with("Content-Security-Policy", kPagePolicy);
    exchange.respond(head, problem_html(problem));
    return;
  }
  head.with("Content-Type", kProblemJson);
  exchange.respond(head, problem_json(problem));
}

void append_json_string(std::string& to, std::string_view text) {
  bool is_plain = std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
  if (!is_plain) {
    to += json::dump(json::Value(text));
    return;
  }
  to += '"';
  to += text;
  to += '"';
}

}  // namespace rockpool::web
