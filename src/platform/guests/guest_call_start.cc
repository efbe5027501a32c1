#include "platform/guests/guest_call_start.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "engine/cgi/cgi.h"
#include "engine/values/text_arguments.h"
#include "engine/values/typed_values.h"

namespace rockpool::platform {
namespace {

// Whether `list` ("GET, HEAD, POST") has the method.
bool lists(std::string_view list, std::string_view method) {
  while (!list.empty()) {
    auto end = std::min(list.find(", "), list.size());
    if (list.substr(0, end) == method) return true;
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return false;
}

// Every `json` and `argv` guest can be called without arguments.
constexpr std::string_view kMethodsOfText = "GET, HEAD, POST";

engine::CallOptions without_body(engine::CallOptions options) {
  options.body = nullptr;
  return options;
}

}  // namespace

Result<void> GuestCallStart::check() {
  if (takes_arguments(abi())) RETURN_IF_ERROR(check_target());
  return body_.check(request_.content_length);
}

// That the path names something to call, by a method that is allowed for it.
Result<void> GuestCallStart::check_target() {
  auto below = request_.path().substr(destination_.prefix_length);
  if (destination_.settings().state == StateMode::Memory) {
    ASSIGN_OR_RETURN(state_key_, platform::state_key(below));
    below.remove_prefix(state_key_.path_bytes);
  }
  if (abi() == engine::Abi::Argv) {
    RETURN_IF_ERROR(check_names_no_export(below));
  } else {
    ASSIGN_OR_RETURN(function_, choose_export(*destination_.function().inspection, abi(), below));
    const auto& types = destination_.settings().types;
    if (types.contains(function_->name))
      function_ = &declared_.emplace(engine::declared(*function_, types));
  }
  auto allowed = abi() == engine::Abi::Typed ? methods_of(*function_, destination_.settings())
                                             : kMethodsOfText;
  if (lists(allowed, request_.method)) return {};
  allow_ = allowed;
  std::string target = function_ ? fmt::format("the export '{}'", function_->name) : "a command";
  return fail(ErrorCode::MethodNotAllowed, fmt::format("{} is called with {}", target, allowed));
}

bool GuestCallStart::needs_whole_body() const {
  if (!body_.exists() || body_.whole()) return false;
  bool is_cgi_without_length = abi() == engine::Abi::Cgi && !request_.content_length;
  return takes_arguments(abi()) || is_cgi_without_length;
}

GuestCallStart::Started GuestCallStart::start(Place place) {
  engine::CallOptions options{
      .limits = limits_, .host = &place.host, .body = body_.exists() ? &body_ : nullptr};
  options.limits.wall = place.wall;
  options.state = place.state;
  switch (abi()) {
    case engine::Abi::Http:
      return start_http(std::move(place), options);
    case engine::Abi::Cgi:
      return start_cgi(std::move(place), options);
    case engine::Abi::Typed:
      return start_typed(std::move(place), without_body(options));
    case engine::Abi::Json:
      return start_json(std::move(place), without_body(options));
    case engine::Abi::Argv:
      return start_argv(std::move(place), without_body(options));
    default:
      break;  // refused at deploy
  }
  throw_bug("abi", "a function was deployed that this server does not run");
}

std::optional<std::uint64_t> GuestCallStart::content_length() {
  if (request_.content_length || !body_.exists()) return request_.content_length;
  auto whole = body_.whole();
  return whole ? std::optional<std::uint64_t>(whole->size()) : std::nullopt;
}

GuestCallStart::Started GuestCallStart::start_http(Place place, engine::CallOptions options) {
  headers_ = guest_headers(request_, destination_.parameters);
  http_request_.emplace(engine::HttpRequest{.method = request_.method,
                                            .scheme = request_.is_tls ? "https" : "http",
                                            .authority = request_.authority,
                                            .path_with_query = request_.path_with_query,
                                            .headers = std::move(headers_.fields),
                                            .content_length = request_.content_length});
  return place.engine.start_http(place.home, std::move(place.program), *http_request_, options);
}

GuestCallStart::Started GuestCallStart::start_cgi(Place place, engine::CallOptions options) {
  headers_ = guest_headers(request_, destination_.parameters);
  ASSIGN_OR_RETURN(auto paths, cgi_paths(request_.path(), destination_.prefix_length));
  engine::CgiRequest cgi{.method = request_.method,
                         .script_name = paths.script_name,
                         .path_info = paths.path_info,
                         .query = request_.query(),
                         .server_name = request_.server_name,
                         .server_port = request_.server_port,
                         .protocol = request_.protocol,
                         .remote_address = request_.remote_address,
                         .https = request_.is_tls,
                         .content_length = content_length(),
                         .headers = headers_.fields};
  return place.engine.start_cgi(place.home, std::move(place.program), engine::cgi_environment(cgi),
                                options);
}

GuestCallStart::Started GuestCallStart::start_typed(Place place,
                                                    const engine::CallOptions& options) {
  ASSIGN_OR_RETURN(auto encoded, engine::encode_arguments(function_->parameters, arguments()));
  return place.engine.start_typed(place.home, std::move(place.program), *function_,
                                  std::move(encoded), options);
}

GuestCallStart::Started GuestCallStart::start_json(Place place,
                                                   const engine::CallOptions& options) {
  ASSIGN_OR_RETURN(auto encoded, engine::encode_text_arguments(arguments()));
  return place.engine.start_json(place.home, std::move(place.program), *function_,
                                 std::move(encoded), options);
}

GuestCallStart::Started GuestCallStart::start_argv(Place place,
                                                   const engine::CallOptions& options) {
  ASSIGN_OR_RETURN(auto encoded, engine::encode_command_arguments(arguments()));
  return place.engine.start_argv(place.home, std::move(place.program), encoded, options);
}

}  // namespace rockpool::platform
