#include "web/access/control_guard.h"

#include <algorithm>

#include "web/access/trusted_proxies.h"

namespace rockpool::web {
namespace {

struct Scheme {
  std::string_view prefix;
  std::string_view default_port;
};

constexpr Scheme kHttp{.prefix = "http://", .default_port = ":80"};
constexpr Scheme kHttps{.prefix = "https://", .default_port = ":443"};

// Whether a page of `origin` was loaded from `host`.
bool is_same_origin(std::string_view origin, std::string_view host) {
  for (const auto& scheme : {kHttp, kHttps}) {
    if (!origin.starts_with(scheme.prefix)) continue;
    std::string_view authority = origin.substr(scheme.prefix.size());
    if (host.ends_with(scheme.default_port)) host.remove_suffix(scheme.default_port.size());
    return http::equal_ignoring_case(authority, host);
  }
  return false;
}

}  // namespace

ControlGuard::ControlGuard(const TokenFile* tokens, std::vector<std::string> own_hosts)
    : tokens_(tokens), own_hosts_(std::move(own_hosts)) {}

Result<void> ControlGuard::check_browser(const http::Request& request) const {
  if (tokens_ == nullptr && !is_own_host(request.host)) {
    return fail(ErrorCode::HostUnknown,
                "without a token file the control listener answers to loopback names only");
  }
  auto origin = request.find("origin");
  if (origin && !is_same_origin(*origin, request.host)) {
    return fail(ErrorCode::OriginDenied, "pages of another origin may not call the control API");
  }
  return {};
}

Result<void> ControlGuard::check_token(const http::Request& request) const {
  if (tokens_ == nullptr) return {};
  std::string_view token = bearer_token(request.find("authorization").value_or(""));
  if (token.empty()) {
    return fail(ErrorCode::Unauthorized, "send `Authorization: Bearer TOKEN`");
  }
  if (!tokens_->accepts(token)) return fail(ErrorCode::Unauthorized, "the token is not known here");
  return {};
}

bool ControlGuard::is_own_host(std::string_view host) const {
  std::string_view name = host_without_port(host);
  return is_loopback_host(name) || std::ranges::any_of(own_hosts_, [&](const auto& own) {
           return http::equal_ignoring_case(own, name);
         });
}

bool is_loopback_host(std::string_view host) {
  if (http::equal_ignoring_case(host, "localhost")) return true;
  auto address = IpAddress::parse(host);
  return address && address->is_loopback();
}

std::string_view host_without_port(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

}  // namespace rockpool::web
