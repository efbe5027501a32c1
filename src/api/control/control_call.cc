#include "api/control/control_call.h"

#include <algorithm>
#include <charconv>

#include "base/units.h"
#include "web/answers/accept.h"
#include "web/answers/problem.h"
#include "web/exchange_body.h"

namespace rockpool::api {
namespace {

// Settings and arguments; modules are sent as they are, not in JSON.
constexpr std::uint64_t kMaxJsonBytes = std::uint64_t{16} << 20;
// Entries of a list in one answer.
constexpr std::size_t kDefaultPage = 100;
constexpr std::size_t kMaxPage = 1000;

}  // namespace

Result<void> ControlCall::expect_query(std::span<const std::string_view> known) const {
  for (const auto& [name, value] : query.parameters()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string message = "there is no query parameter '" + name + "' here";
    auto close = nearest(name, known);
    if (!close.empty()) message += "; did you mean '" + std::string(close) + "'?";
    return fail(ErrorCode::UnknownField, std::move(message));
  }
  return {};
}

Result<bool> ControlCall::query_switch(std::string_view name) const {
  auto value = query.find(name);
  if (!value || *value == "0" || *value == "false") return false;
  if (value->empty() || *value == "1" || *value == "true") return true;
  return fail(ErrorCode::InvalidArgument, "query parameter '" + std::string(name) +
                                              "' is 1 or 0, not '" + std::string(*value) + "'");
}

Result<std::size_t> ControlCall::page_size() const {
  auto text = query.find("limit");
  if (!text) return kDefaultPage;
  std::size_t limit = 0;
  const char* end = text->data() + text->size();
  auto [rest, error] = std::from_chars(text->data(), end, limit);
  if (error != std::errc() || rest != end || limit < 1 || limit > kMaxPage) {
    return fail(ErrorCode::InvalidArgument,
                "limit is a number from 1 to " + std::to_string(kMaxPage));
  }
  return limit;
}

platform::Precondition ControlCall::precondition() const {
  return {.if_match = std::string(request().find("if-match").value_or("")),
          .if_none_match = std::string(request().find("if-none-match").value_or(""))};
}

Task<json::Value> ControlCall::read_json(std::string_view other_type) {
  std::string_view type = request().find("content-type").value_or("");
  if (!web::is_media_type(type, "application/json") &&
      !web::is_media_type(type, "application/merge-patch+json")) {
    std::string taken = "application/json";
    if (!other_type.empty()) taken += " or " + std::string(other_type);
    co_return fail(ErrorCode::UnsupportedMediaType, "this call takes Content-Type: " + taken);
  }
  CO_ASSIGN_OR_RETURN(
      auto body, co_await web::read_whole_body(exchange, kMaxJsonBytes, ErrorCode::BodyTooLarge));
  co_return json::parse(body);
}

Task<json::Value> ControlCall::read_optional_json() {
  if (!request().has_body()) co_return json::Value::object();
  co_return co_await read_json();
}

http::ResponseHead ControlCall::head(int status) const {
  http::ResponseHead head(status);
  head.with(web::kRequestIdField, request_id);
  head.with("Cache-Control", "no-store");
  head.with("X-Content-Type-Options", "nosniff");
  return head;
}

void ControlCall::answer_json(http::ResponseHead head, const json::Value& value) {
  head.with("Content-Type", "application/json");
  exchange.respond(head, json::dump(value) + "\n");
}

}  // namespace rockpool::api
