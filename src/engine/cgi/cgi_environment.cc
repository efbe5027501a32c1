#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

// Meta-variables and WASM Actions names together, without HTTP_*.
constexpr std::size_t kFixedVariables = 18;

constexpr std::string_view kServerSoftware = "rockpool/" ROCKPOOL_VERSION;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The meta-variable of a header: letters in upper case, hyphens as underscores. None for names with
// other characters: they would share a variable with another header, and callers could so set what
// only the server may (`rockpool_param_x` for `rockpool-param-x`).
std::optional<std::string> variable_name(std::string_view header) {
  std::string name;
  name.reserve(5 + header.size());
  name += "HTTP_";
  for (char c : header) {
    char small = lower(c);
    if (small >= 'a' && small <= 'z') {
      name += static_cast<char>(small - 'a' + 'A');
    } else if (c >= '0' && c <= '9') {
      name += c;
    } else if (c == '-') {
      name += '_';
    } else {
      return std::nullopt;
    }
  }
  return name;
}

// The auth-scheme that credentials begin with.
std::string_view scheme_of(std::string_view credentials) {
  return credentials.substr(0, credentials.find(' '));
}

// Whether a header becomes HTTP_*. RFC 3875 section 4.1.18 leaves out those told otherwise, those
// about one connection and credentials that the server checked; `Proxy` would be taken for a
// proxy's address by programs that read HTTP_PROXY.
bool is_told(std::string_view name, bool platform_checks_authorization) {
  static constexpr std::array kWithheld = std::to_array<std::string_view>(
      {"content-type", "content-length", "proxy", "connection", "keep-alive", "proxy-authorization",
       "te", "trailer", "transfer-encoding", "upgrade"});
  if (platform_checks_authorization && same_name(name, "authorization")) return false;
  return std::ranges::none_of(kWithheld,
                              [&](std::string_view other) { return same_name(name, other); });
}

void add_header(std::vector<NameValue>& variables, std::size_t first_header,
                std::string_view header, std::string_view value) {
  std::optional<std::string> name = variable_name(header);
  if (!name) return;
  auto headers = std::span(variables).subspan(first_header);
  auto known = std::ranges::find(headers, *name, &NameValue::first);
  if (known == headers.end()) {
    variables.emplace_back(*std::move(name), value);
    return;
  }
  // RFC 9113 section 8.2.3: pieces of a cookie are joined by a semicolon.
  known->second += *name == "HTTP_COOKIE" ? "; " : ", ";
  known->second += value;
}

void add_headers(std::vector<NameValue>& variables, const CgiRequest& request) {
  std::size_t first_header = variables.size();
  for (const auto& [name, value] : request.headers) {
    if (is_told(name, request.platform_checks_authorization))
      add_header(variables, first_header, name, value);
  }
}

// What the request says of itself in headers that have names of their own.
void add_described_headers(std::vector<NameValue>& variables, const CgiRequest& request) {
  auto find = [&](std::string_view wanted) {
    return std::ranges::find_if(
        request.headers, [&](const auto& header) { return same_name(header.first, wanted); });
  };
  if (auto type = find("content-type"); type != request.headers.end()) {
    variables.emplace_back("CONTENT_TYPE", type->second);
    variables.emplace_back("HTTP_content-type", type->second);
  }
  if (!request.platform_checks_authorization) return;
  if (auto credentials = find("authorization"); credentials != request.headers.end())
    variables.emplace_back("AUTH_TYPE", scheme_of(credentials->second));
}

}  // namespace

std::vector<NameValue> cgi_environment(const CgiRequest& request) {
  std::vector<NameValue> variables;
  variables.reserve(kFixedVariables + request.headers.size());
  auto add = [&](std::string_view name, std::string_view value) {
    variables.emplace_back(name, value);
  };
  add("GATEWAY_INTERFACE", "CGI/1.1");
  add("PATH_INFO", request.path_info);
  add("QUERY_STRING", request.query);
  add("REMOTE_ADDR", request.remote_address);
  // RFC 3875 section 4.1.9: the address, where the name is not looked up.
  add("REMOTE_HOST", request.remote_address);
  add("REQUEST_METHOD", request.method);
  add("METHOD", request.method);
  add("SCRIPT_NAME", request.script_name);
  add("SERVER_NAME", request.server_name);
  add("SERVER_PORT", request.server_port);
  add("SERVER_PROTOCOL", request.protocol);
  add("SERVER_SOFTWARE", kServerSoftware);
  if (request.https) add("HTTPS", "on");
  if (request.content_length) {
    fmt::format_int length(*request.content_length);
    add("CONTENT_LENGTH", {length.data(), length.size()});
    add("HTTP_content-length", {length.data(), length.size()});
  }
  add_described_headers(variables, request);
  add_headers(variables, request);
  return variables;
}

}  // namespace rockpool::engine
