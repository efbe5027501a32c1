#include "api/ingress/described_request.h"

#include <algorithm>

#include "base/base64.h"
#include "http/syntax/message.h"
#include "http/syntax/url.h"
#include "json/object_reader.h"
#include "platform/functions/limits_json.h"
#include "platform/functions/route_pattern.h"
#include "platform/guests/guest_request.h"

namespace rockpool::api {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Result<void> add_header(Headers& headers, const json::Value& name, const json::Value& value) {
  if (!name.is_string() || !value.is_string()) {
    return fail(ErrorCode::InvalidArgument, "headers: names and values are strings");
  }
  auto name_text = name.get<std::string>();
  auto value_text = value.get<std::string>();
  if (!http::is_token(name_text) || !http::is_field_value(value_text)) {
    return fail(ErrorCode::InvalidArgument,
                "headers: '" + name_text + "' is no valid HTTP field (RFC 9110 section 5)");
  }
  if (http::is_framing_field(name_text)) {
    return fail(ErrorCode::InvalidArgument, "headers: '" + name_text + "' is the server's to set");
  }
  headers.emplace_back(std::move(name_text), std::move(value_text));
  return {};
}

// {"name": "value"}, or [["name", "value"], …] where a name occurs twice.
Result<Headers> parse_headers(const json::Value& value) {
  Headers headers;
  if (value.is_object()) {
    for (const auto& [name, text] : value.items()) {
      RETURN_IF_ERROR(add_header(headers, json::Value(name), text));
    }
    return headers;
  }
  bool is_list = value.is_array() && std::ranges::all_of(value, [](const json::Value& pair) {
                   return pair.is_array() && pair.size() == 2;
                 });
  if (!is_list) {
    return fail(ErrorCode::InvalidArgument,
                "headers: must be an object of strings or a list of [name, value]");
  }
  for (const auto& pair : value) RETURN_IF_ERROR(add_header(headers, pair[0], pair[1]));
  return headers;
}

// The body's three spellings, at most one of which is used.
Result<std::optional<std::string>> parse_body(json::ObjectReader& fields) {
  ASSIGN_OR_RETURN(auto args, fields.optional<const json::Value*>("args"));
  ASSIGN_OR_RETURN(auto text, fields.optional<std::string>("body"));
  ASSIGN_OR_RETURN(auto encoded, fields.optional<std::string>("body_base64"));
  int given = (args ? 1 : 0) + (text ? 1 : 0) + (encoded ? 1 : 0);
  if (given > 1) {
    return fail(ErrorCode::InvalidArgument, "give one of args, body and body_base64");
  }
  if (args) return json::dump(**args);
  if (!encoded) return text;
  auto bytes = base64_decode(*encoded);
  if (!bytes) return fail(ErrorCode::InvalidArgument, "body_base64: " + bytes.error().message());
  return *std::move(bytes);
}

Result<std::string> checked_method(std::string method) {
  if (http::is_token(method) && method != "CONNECT") return method;
  return fail(ErrorCode::InvalidArgument, "method: '" + method + "' is none a function can answer");
}

Result<std::string> checked_path(std::string path) {
  bool is_visible =
      std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (path.starts_with('/') && is_visible) return path;
  return fail(ErrorCode::InvalidArgument,
              "path: begins with '/' and holds other characters percent-encoded");
}

}  // namespace

Result<DescribedRequest> DescribedRequest::parse(const json::Value& document,
                                                 const platform::Function& function,
                                                 std::string_view default_authority) {
  ASSIGN_OR_RETURN(auto fields, json::ObjectReader::open(document));
  ASSIGN_OR_RETURN(auto exported, fields.optional<std::string>("export"));
  ASSIGN_OR_RETURN(auto headers, fields.optional<const json::Value*>("headers"));
  ASSIGN_OR_RETURN(auto method, fields.optional<std::string>("method"));
  ASSIGN_OR_RETURN(auto path, fields.optional<std::string>("path"));
  ASSIGN_OR_RETURN(auto limits, fields.optional<const json::Value*>("limits"));
  DescribedRequest request;
  ASSIGN_OR_RETURN(request.body, parse_body(fields));
  RETURN_IF_ERROR(fields.finish());
  if (exported && path) return fail(ErrorCode::InvalidArgument, "give one of export and path");

  auto routes = platform::routes_of(function.name, function.live->settings);
  ASSIGN_OR_RETURN(auto pattern, platform::RoutePattern::parse(routes.front()));
  request.authority = pattern.host().empty() ? std::string(default_authority) : pattern.host();
  std::string base = pattern.literal_prefix();
  if (exported) base += "/" + http::percent_encode(*exported);
  if (base.empty()) base = "/";
  ASSIGN_OR_RETURN(request.path_with_query, checked_path(path.value_or(base)));

  auto abi = function.live->abi;
  const char* usual = request.body || platform::takes_arguments(abi) ? "POST" : "GET";
  ASSIGN_OR_RETURN(request.method, checked_method(method.value_or(usual)));
  if (headers) {
    ASSIGN_OR_RETURN(request.headers, parse_headers(**headers));
  }
  if (limits) {
    ASSIGN_OR_RETURN(request.limits, platform::call_limits_from_json(**limits));
  }
  return request;
}

}  // namespace rockpool::api
