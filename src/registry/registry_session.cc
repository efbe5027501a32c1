#include "registry/registry_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <utility>

#include "base/units.h"
#include "http/syntax/message.h"
#include "registry/access/docker_hub.h"
#include "registry/access/registry_failure.h"
#include "registry/access/remaining_time.h"

namespace rockpool::registry {
namespace {

namespace asio = async::asio;
using Reader = std::unique_ptr<http::ResponseReader>;
using std::chrono::milliseconds;

constexpr int kAttempts = 4;
constexpr int kMaxRedirects = 5;
constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause = std::chrono::seconds(5);

bool is_reading(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

bool is_busy(int status) {
  constexpr auto kBusy = std::to_array({429, 500, 502, 503, 504});
  return std::ranges::find(kBusy, status) != kBusy.end();
}

bool may_pass(const Result<Reader>& answer) {
  if (answer) return is_busy((*answer)->head().status);
  auto code = answer.error().code();
  return code == ErrorCode::Unavailable || code == ErrorCode::Timeout;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What Retry-After asks for; only its seconds are heard.
milliseconds pause_asked_for(const Result<Reader>& answer) {
  if (!answer) return {};
  auto text = (*answer)->head().find("retry-after").value_or("");
  std::uint32_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return std::min<milliseconds>(std::chrono::seconds(seconds), 2 * kLongestPause);
}

std::string address_of(const std::string& host) {
  return host == kHub ? std::string(kHubAddress) : host;
}

// Of the caller's coroutine.
asio::awaitable<bool> was_cancelled() {
  auto cancellation = co_await asio::this_coro::cancellation_state;
  co_return cancellation.cancelled() != asio::cancellation_type::none;
}

bool is_same_server(const http::Url& a, const http::Url& b) {
  return a.is_https == b.is_https && a.host == b.host && a.port == b.port;
}

}  // namespace

RegistrySession::RegistrySession(Options options)
    : options_(std::move(options)), client_({.extra_ca_file = options_.access.ca_file}) {}

Task<Reader> RegistrySession::open(RegistryRequest request) {
  for (int attempt = 0;; ++attempt) {
    auto answer = co_await open_authorized(request);
    bool is_last = attempt + 1 == kAttempts || !is_reading(request.method);
    if (is_last || !may_pass(answer)) co_return answer;
    auto asked_for = pause_asked_for(answer);
    CO_ASSIGN_OR_RETURN(bool goes_on, co_await pause(attempt, asked_for));
    if (!goes_on) co_return answer;
  }
}

Task<http::ClientResponse> RegistrySession::fetch(RegistryRequest request,
                                                  std::uint64_t max_bytes) {
  CO_ASSIGN_OR_RETURN(auto reader, co_await open(std::move(request)));
  http::ClientResponse response = reader->head();
  CO_ASSIGN_OR_RETURN(response.body, co_await read_rest(*reader, max_bytes, deadline()));
  co_return response;
}

Task<bool> RegistrySession::pause(int attempt, milliseconds at_least) {
  bool is_cancelled = co_await was_cancelled();
  if (is_cancelled) co_return false;
  auto wanted =
      std::max(at_least, std::min(kFirstPause * (1 << std::min(attempt, 8)), kLongestPause));
  auto until = std::chrono::steady_clock::now() + wanted;
  if (until >= options_.deadline) co_return false;
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, until);
  boost::system::error_code cancelled;
  auto token = asio::redirect_error(asio::use_awaitable, cancelled);
  co_await timer.async_wait(token);
  co_return !cancelled;
}

Task<Reader> RegistrySession::open_authorized(const RegistryRequest& request) {
  CO_RETURN_IF_ERROR(co_await find_base());
  CO_ASSIGN_OR_RETURN(auto reader, co_await follow(request));
  if (reader->head().status != 401) co_return reader;
  // The first time nobody asked for credentials yet; later a token may have run out.
  auto challenges = challenges_of(reader->head());
  CO_ASSIGN_OR_RETURN(auto authorization,
                      co_await authorize(client_, *base_, options_.access, std::move(challenges),
                                         options_.scope, options_.deadline));
  if (authorization.empty() ||
      (authorization == authorization_ && authorization.starts_with("Basic")))
    co_return reader;
  authorization_ = std::move(authorization);
  co_return co_await follow(request);
}

// TLS is tried first wherever it may be; only a server that is not reached that way gets plain
// HTTP, and only if that is allowed.
Task<void> RegistrySession::find_base() {
  if (base_) co_return Result<void>{};
  CO_ASSIGN_OR_RETURN(auto secure, http::parse_url("https://" + address_of(options_.host)));
  auto over_tls = co_await ping(secure);
  if (over_tls) {
    base_ = std::move(secure);
    co_return Result<void>{};
  }
  bool is_cancelled = co_await was_cancelled();
  bool may_be_plain =
      options_.access.plain_http == PlainHttp::Allowed || is_loopback(options_.host);
  if (!may_be_plain || is_cancelled) co_return over_tls;
  CO_ASSIGN_OR_RETURN(auto plain, http::parse_url("http://" + options_.host));
  auto without_tls = co_await ping(plain);
  if (!without_tls) {
    co_return fail(without_tls.error().code(),
                   fmt::format("{}; without TLS: {}", over_tls.error().message(),
                               without_tls.error().message()));
  }
  base_ = std::move(plain);
  co_return Result<void>{};
}

// Whether a server speaks HTTP that way. One that speaks TLS says 400 to plain HTTP.
Task<void> RegistrySession::ping(const http::Url& server) {
  http::ClientRequest request;
  request.url = server;
  request.url.target = "/v2/";
  request.timeout = remaining(options_.deadline);
  CO_ASSIGN_OR_RETURN(auto reader, co_await client_.open(std::move(request)));
  if (reader->head().status != 400) co_return Result<void>{};
  co_return fail(ErrorCode::Unavailable, fmt::format("{} answered 400", server.authority()));
}

Result<http::ClientRequest> RegistrySession::to_http(const RegistryRequest& request) const {
  http::ClientRequest made;
  made.method = request.method;
  std::string path = fmt::format("/v2/{}/", options_.scope.repository);
  http::Url repository = *base_;
  repository.target = std::move(path);
  ASSIGN_OR_RETURN(made.url, http::resolve_url(repository, request.target));
  made.fields = request.fields;
  made.fields.emplace_back("User-Agent", "rockpool/" ROCKPOOL_VERSION);
  bool is_own = is_same_server(made.url, *base_);
  if (!authorization_.empty() && is_own) made.fields.emplace_back("Authorization", authorization_);
  made.body = request.body;
  made.timeout = remaining(options_.deadline);
  return made;
}

Result<std::optional<http::ClientRequest>> RegistrySession::redirected(
    const http::ClientRequest& request, const http::ClientResponse& head) const {
  auto location = head.find("location");
  if (!is_redirect(head.status) || !is_reading(request.method) || !location) return std::nullopt;
  auto next = http::resolve_url(request.url, *location);
  std::string from = request.url.authority();
  if (!next) {
    return fail(ErrorCode::RegistryError, fmt::format("{} redirects to no URL", from));
  }
  if (request.url.is_https && !next->is_https) {
    return fail(
        ErrorCode::RegistryError,
        fmt::format("{} redirects to {} without TLS, which is refused", from, next->authority()));
  }
  http::ClientRequest following = request;
  following.url = *std::move(next);
  if (!is_same_server(following.url, *base_)) {
    std::erase_if(following.fields, [](const auto& field) {
      return http::equal_ignoring_case(field.first, "Authorization");
    });
  }
  following.timeout = remaining(options_.deadline);
  return following;
}

Task<Reader> RegistrySession::follow(const RegistryRequest& request) {
  CO_ASSIGN_OR_RETURN(auto next, to_http(request));
  for (int hops = 0; hops <= kMaxRedirects; ++hops) {
    auto sent = next;
    CO_ASSIGN_OR_RETURN(auto reader, co_await client_.open(std::move(sent)));
    CO_ASSIGN_OR_RETURN(auto hop, redirected(next, reader->head()));
    if (!hop) co_return reader;
    next = *std::move(hop);
  }
  co_return fail(ErrorCode::RegistryError,
                 fmt::format("{} redirects more than {} times", options_.host, kMaxRedirects));
}

Task<std::string> read_rest(http::ResponseReader& reader, std::uint64_t max_bytes,
                            SteadyTime deadline) {
  std::string body;
  for (;;) {
    auto patience = remaining(deadline);
    CO_ASSIGN_OR_RETURN(auto piece, co_await reader.read(patience));
    if (piece.empty()) co_return body;
    body += piece;
    if (body.size() > max_bytes) {
      co_return fail(ErrorCode::RegistryError,
                     fmt::format("the registry's answer is larger than {}, the most that is taken",
                                 format_bytes(max_bytes)));
    }
  }
}

}  // namespace rockpool::registry
