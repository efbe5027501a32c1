#include "registry/access/authorization.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "json/object_reader.h"
#include "registry/access/registry_failure.h"
#include "registry/access/remaining_time.h"

namespace rockpool::registry {
namespace {

constexpr std::uint64_t kMaxTokenAnswer = 1 << 20;

std::string basic(const Credentials& credentials) {
  return "Basic " + base64_encode(credentials.username + ":" + credentials.password);
}

const Challenge* find(const std::vector<Challenge>& challenges, std::string_view scheme) {
  auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
  return found == challenges.end() ? nullptr : &*found;
}

// "service=…&scope=…", as it stands in a query and in a form.
std::string query_of(const Challenge& challenge, const Scope& scope) {
  std::string asked(challenge.value("scope"));
  if (asked.empty()) asked = scope.text();
  std::string query = "scope=" + http::percent_encode(asked);
  if (auto service = challenge.value("service"); !service.empty()) {
    query += "&service=" + http::percent_encode(service);
  }
  return query;
}

Result<http::Url> realm_of(const Challenge& challenge, const http::Url& registry) {
  auto realm = http::parse_url(challenge.value("realm"));
  if (!realm) {
    return fail(ErrorCode::RegistryError,
                fmt::format("{} names no token service that can be reached", registry.authority()));
  }
  bool is_downgrade = registry.is_https && !realm->is_https && !is_loopback(realm->authority());
  if (is_downgrade) {
    return fail(ErrorCode::RegistryError,
                fmt::format("{} names a token service without TLS, {}, which is refused",
                            registry.authority(), realm->authority()));
  }
  return realm;
}

// With a refresh token a form is posted (OAuth 2), else the token is just fetched.
http::ClientRequest token_request(http::Url realm, const Credentials& credentials,
                                  const std::string& query, SteadyTime deadline) {
  http::ClientRequest request;
  request.url = std::move(realm);
  request.timeout = remaining(deadline);
  request.max_response_bytes = kMaxTokenAnswer;
  request.fields.emplace_back("Accept", "application/json");
  if (!credentials.identity_token.empty()) {
    request.method = "POST";
    request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = fmt::format("grant_type=refresh_token&client_id=rockpool&{}&refresh_token={}",
                               query, http::percent_encode(credentials.identity_token));
    return request;
  }
  request.url.target += (request.url.target.contains('?') ? "&" : "?") + query;
  if (!credentials.username.empty()) {
    request.fields.emplace_back("Authorization", basic(credentials));
  }
  return request;
}

Result<std::string> token_in(const http::ClientResponse& response, const std::string& server) {
  auto unreadable =
      fail(ErrorCode::RegistryError, fmt::format("the token service {} gave no token", server));
  auto document = json::parse(response.body);
  if (!document) return unreadable;
  auto reader = json::ObjectReader::open(*document);
  if (!reader) return unreadable;
  for (const char* name : {"token", "access_token"}) {
    auto token = reader->optional<std::string>(name);
    if (!token) return unreadable;
    if (*token && !(*token)->empty()) return **token;
  }
  return unreadable;
}

}  // namespace

std::string Scope::text() const {
  return fmt::format("repository:{}:{}", repository, actions);
}

Task<std::string> authorize(http::Client& client, const http::Url& registry, const Access& access,
                            std::vector<Challenge> challenges, Scope scope, SteadyTime deadline) {
  const Credentials& credentials = access.credentials;
  if (const Challenge* bearer = find(challenges, "bearer")) {
    if (!credentials.registry_token.empty()) co_return "Bearer " + credentials.registry_token;
    CO_ASSIGN_OR_RETURN(auto realm, realm_of(*bearer, registry));
    std::string server = realm.authority();
    auto query = query_of(*bearer, scope);
    auto request = token_request(std::move(realm), credentials, query, deadline);
    CO_ASSIGN_OR_RETURN(auto response, co_await client.request(std::move(request)));
    if (response.status != 200) co_return failure_of(server, "a token", response);
    CO_ASSIGN_OR_RETURN(auto token, token_in(response, server));
    co_return "Bearer " + token;
  }
  bool takes_password = find(challenges, "basic") != nullptr && !credentials.username.empty();
  co_return takes_password ? basic(credentials) : std::string();
}

}  // namespace rockpool::registry
