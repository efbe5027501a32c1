#include "api/ingress/ingress.h"

#include <utility>

#include "api/ingress/ingress_call.h"
#include "base/check.h"
#include "web/access/cors.h"
#include "web/answers/problem.h"
#include "web/answers/well_known.h"
#include "web/begun_calls.h"

namespace rockpool::api {
namespace {

class Ingress final : public http::Handler {
 public:
  Ingress(const IngressWorld& world, std::optional<http::Url> public_url)
      : world_(world), public_url_(std::move(public_url)), begun_(world.reactors.size()) {}

  bool try_handle(http::Exchange& exchange) override;
  async::asio::awaitable<void> handle(http::Exchange& exchange) override;
  void refuse(http::Exchange& exchange, const Error& error) override;

 private:
  using Caller = IngressCall::Caller;

  Caller identify(http::Exchange& exchange);
  // Answers what needs no function; false if one is needed.
  bool answer_without_function(http::Exchange& exchange, const Caller& caller);
  void record(http::Exchange& exchange, const Caller& caller);

  const IngressWorld world_;
  const std::optional<http::Url> public_url_;
  web::BegunCalls<std::unique_ptr<IngressCall>> begun_;
};

Ingress::Caller Ingress::identify(http::Exchange& exchange) {
  const auto& request = exchange.request();
  Caller caller{.origination = world_.proxies.origination_of(request),
                .request_id = {},
                .traceparent = {},
                .begun = world_.journal.begin()};
  auto id = request.find("x-request-id");
  caller.request_id = id && web::is_request_id(*id) ? std::string(*id)
                                                    : world_.ids.next(exchange.reactor().index());
  return caller;
}

bool Ingress::answer_without_function(http::Exchange& exchange, const Caller& caller) {
  const auto& request = exchange.request();
  if (request.path.starts_with(web::kWellKnownPrefix)) {
    web::respond_well_known(exchange, caller.request_id);
    return true;
  }
  if (exchange.draining()) {
    Error error(ErrorCode::Draining, "the server is shutting down");
    web::respond(exchange, {.error = error, .request_id = caller.request_id});
    return true;
  }
  if (request.path == "*") {  // OPTIONS of the server as a whole: RFC 9110 section 9.3.7
    http::ResponseHead head(204);
    head.with(web::kRequestIdField, caller.request_id);
    exchange.respond(head, "");
    return true;
  }
  return false;
}

bool Ingress::try_handle(http::Exchange& exchange) {
  auto caller = identify(exchange);
  if (answer_without_function(exchange, caller)) {
    record(exchange, caller);
    return true;
  }
  const auto& request = exchange.request();
  auto destination =
      world_.platform.route(exchange.reactor(), caller.origination.host, request.path);
  if (!destination) {
    web::respond(exchange, {.error = destination.error(), .request_id = caller.request_id});
    record(exchange, caller);
    return true;
  }
  const auto& cors = destination->settings().cors;
  if (!cors.empty() && web::is_preflight(request)) {
    web::respond_preflight(exchange, cors, caller.request_id);
    record(exchange, caller);
    return true;
  }
  auto parent = request.find("traceparent");
  caller.traceparent = parent && web::is_traceparent(*parent)
                           ? std::string(*parent)
                           : world_.ids.next_traceparent(exchange.reactor().index());
  auto call =
      std::make_unique<IngressCall>(exchange, std::move(caller), world_.platform,
                                    *std::move(destination), public_url_ ? &*public_url_ : nullptr);
  if (!call->begin()) {
    begun_.keep(exchange, std::move(call));
    return false;
  }
  record(exchange, call->caller());
  return true;
}

async::asio::awaitable<void> Ingress::handle(http::Exchange& exchange) {
  auto call = begun_.take(exchange);
  CHECK(call.has_value(), "handle() goes on with what try_handle() began");
  co_await (*call)->finish();
  record(exchange, (*call)->caller());
}

void Ingress::refuse(http::Exchange& exchange, const Error& error) {
  auto caller = identify(exchange);
  if (error.code() == ErrorCode::Internal) {
    world_.log.error("request " + caller.request_id + ": " + error.to_string());
  }
  web::respond(exchange, {.error = error,
                          .request_id = caller.request_id,
                          .allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
  record(exchange, caller);
}

void Ingress::record(http::Exchange& exchange, const Caller& caller) {
  world_.journal.record(exchange, caller.origination, caller.request_id, caller.begun);
}

}  // namespace

std::unique_ptr<http::Handler> make_ingress(const IngressWorld& world,
                                            std::optional<http::Url> public_url) {
  return std::make_unique<Ingress>(world, std::move(public_url));
}

}  // namespace rockpool::api
