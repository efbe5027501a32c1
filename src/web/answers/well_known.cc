#include "web/answers/well_known.h"

#include <algorithm>
#include <array>
#include <string>

#include "web/answers/accept.h"
#include "web/answers/html.h"
#include "web/answers/problem.h"

namespace rockpool::web {
namespace {

constexpr std::string_view kErrors = "errors/";

std::string as_text(const ErrorCodeRow& row) {
  std::string text(row.name);
  text += " (" + std::to_string(row.status) + "): ";
  text += row.title;
  text += "\n\n";
  text += row.explanation;
  text += '\n';
  return text;
}

std::string as_html(const ErrorCodeRow& row) {
  std::string body = "<p><code>" + std::string(row.name) + "</code>, HTTP status " +
                     std::to_string(row.status) + "</p>\n<p>" + html_escape(row.explanation) +
                     "</p>";
  return html_page(row.title, body);
}

std::string as_json(const ErrorCodeRow& row) {
  return json::dump({{"code", row.name},
                     {"status", row.status},
                     {"title", row.title},
                     {"explanation", row.explanation}}) +
         "\n";
}

void respond_explanation(http::Exchange& exchange, std::string_view request_id,
                         const ErrorCodeRow& row) {
  static constexpr std::array<std::string_view, 3> kOffers = {"text/plain", "text/html",
                                                              "application/json"};
  http::ResponseHead head(200);
  head.with(kRequestIdField, request_id);
  head.with("Vary", "Accept");
  switch (preferred_offer(exchange.request().find("accept").value_or(""), kOffers)) {
    case 1:
      head.with("Content-Type", "text/html; charset=utf-8");
      head.with("Content-Security-Policy", kPagePolicy);
      exchange.respond(head, as_html(row));
      return;
    case 2:
      head.with("Content-Type", "application/json");
      exchange.respond(head, as_json(row));
      return;
    default:
      head.with("Content-Type", "text/plain; charset=utf-8");
      exchange.respond(head, as_text(row));
  }
}

}  // namespace

void respond_well_known(http::Exchange& exchange, std::string_view request_id) {
  const auto& request = exchange.request();
  std::string_view rest = request.path;
  rest.remove_prefix(std::min(rest.size(), kWellKnownPrefix.size()));

  bool is_health = rest == "health";
  auto code = rest.starts_with(kErrors) ? error_code_of(rest.substr(kErrors.size())) : std::nullopt;
  bool is_error_page = code && public_code(*code) == *code;
  if (!is_health && !is_error_page) {
    Error error(ErrorCode::NotFound, "nothing is served at this path");
    respond(exchange, {.error = error, .request_id = request_id});
    return;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    Error error(ErrorCode::MethodNotAllowed, "this page answers GET and HEAD");
    respond(exchange, {.error = error, .request_id = request_id, .allow = "GET, HEAD"});
    return;
  }
  if (is_error_page) {
    respond_explanation(exchange, request_id, row_of(*code));
    return;
  }
  http::ResponseHead head(200);
  head.with(kRequestIdField, request_id);
  head.with("Content-Type", "text/plain; charset=utf-8");
  head.with("Cache-Control", "no-store");
  exchange.respond(head, "ok\n");
}

}  // namespace rockpool::web
