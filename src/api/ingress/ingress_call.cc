#include "api/ingress/ingress_call.h"

#include "base/check.h"
#include "web/access/control_guard.h"
#include "web/access/session_cookie.h"
#include "web/answers/problem.h"
#include "web/while_connected.h"

namespace rockpool::api {
namespace {

// Path and query as they were sent: one piece of the target, whatever its form (RFC 9112 section
// 3.2).
std::string_view path_with_query(const http::Request& request) {
  if (request.target.starts_with('/')) return request.target;
  std::size_t authority = request.target.find("//") + 2;
  std::string_view rest = request.target.substr(authority + request.host.size());
  return rest.starts_with('/') ? rest : request.path;
}

// For guests, which need a name of the server (RFC 3875 section 4.1.14), where a client of HTTP/1.0
// gave none.
constexpr std::string_view kUnnamedHost = "localhost";

// "8090" of "example.test:8090"; empty if no port is named.
std::string_view port_of(std::string_view authority) {
  auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return {};
  return authority.substr(colon + 1);
}

}  // namespace

IngressCall::IngressCall(http::Exchange& exchange, Caller caller, platform::Platform& platform,
                         platform::Destination destination, const http::Url* public_url)
    : exchange_(exchange), caller_(std::move(caller)), body_(exchange), answer_(exchange) {
  describe(public_url);
  take_fields();
  answer_.set_request_id(caller_.request_id);
  const auto& cors = destination.settings().cors;
  auto origin = cors.empty() ? std::nullopt : exchange.request().find("origin");
  if (origin) answer_.set_cross_origin({.allowed = cors, .origin = *origin});
  invocation_ = platform.invoker().prepare(exchange.reactor(), std::move(destination), request_,
                                           request_.has_body ? &body_ : nullptr, answer_);
}

void IngressCall::describe(const http::Url* public_url) {
  const auto& request = exchange_.request();
  const auto& origination = caller_.origination;
  request_.method = request.method;
  request_.authority = origination.host.empty() ? kUnnamedHost : origination.host;
  request_.path_with_query = path_with_query(request);
  request_.content_length = request.content_length;
  request_.has_body = request.has_body();
  request_.is_tls = origination.is_https;
  request_.protocol = request.version == http::Version::Http10 ? "HTTP/1.0" : "HTTP/1.1";
  request_.remote_address = origination.address;
  request_.request_id = caller_.request_id;
  request_.traceparent = caller_.traceparent;
  if (public_url != nullptr) {
    request_.server_name = public_url->host;
    server_port_ = std::to_string(public_url->port);
    request_.server_port = server_port_;
    return;
  }
  request_.server_name = web::host_without_port(request_.authority);
  request_.server_port = port_of(request_.authority);
  if (request_.server_port.empty()) request_.server_port = origination.is_https ? "443" : "80";
}

void IngressCall::take_fields() {
  const auto& fields = exchange_.request().fields;
  request_.headers.reserve(fields.size());
  for (const auto& [name, value] : fields) {
    if (!http::equal_ignoring_case(name, "cookie")) {
      request_.headers.emplace_back(name, value);
      continue;
    }
    auto stripped = web::without_session_cookie(value);
    if (!stripped) {
      request_.headers.emplace_back(name, value);
    } else if (!stripped->empty()) {
      request_.headers.emplace_back(name, stripped_cookies_.emplace_back(*std::move(stripped)));
    }
  }
}

bool IngressCall::begin() {
  auto outcome = invocation_->begin();
  if (!outcome) return false;
  conclude(*outcome);
  return true;
}

boost::asio::awaitable<void> IngressCall::finish() {
  auto rest = invocation_->finish();
  auto outcome = co_await web::while_connected(exchange_, std::move(rest));
  if (outcome) {
    conclude(*outcome);
  } else {
    exchange_.abort();
  }
}

void IngressCall::conclude(const platform::InvocationOutcome& outcome) {
  if (outcome.answer != platform::AnswerState::Unanswered) return;
  CHECK(outcome.failure, "an unanswered call says why");
  web::respond(
      exchange_,
      {.error = *outcome.failure, .request_id = caller_.request_id, .allow = outcome.allow});
}

}  // namespace rockpool::api
