#include "api/control/control.h"

#include <memory>
#include <utility>
#include <vector>

#include "api/control/control_call.h"
#include "api/control/control_routes.h"
#include "web/answers/problem.h"
#include "web/answers/well_known.h"

namespace rockpool::api {
namespace {

class ControlListener final : public Control {
 public:
  explicit ControlListener(const ControlWorld& world) : world_(world) {
    for (std::size_t i = 0; i < world.reactors.size(); ++i) {
      background_.push_back(
          std::make_unique<async::TaskGroup>("control", world.reactors[i].context().get_executor(),
                                             [this](const std::string& group, const Error& error) {
                                               world_.log.error(group + ": " + error.to_string());
                                             }));
    }
  }

  void set_facts(ServerFacts facts) override { facts_ = std::move(facts); }
  async::asio::awaitable<void> stop(std::size_t reactor) override;
  async::asio::awaitable<void> handle(http::Exchange& exchange) override;
  void refuse(http::Exchange& exchange, const Error& error) override;

 private:
  std::string request_id_of(http::Exchange& exchange);
  Task<void> serve(ControlCall& call);
  void answer_failure(ControlCall& call, const Error& error);
  void log_internal(std::string_view request_id, const Error& error);

  const ControlWorld world_;
  ServerFacts facts_;
  std::vector<std::unique_ptr<async::TaskGroup>> background_;  // by reactor
};

async::asio::awaitable<void> ControlListener::stop(std::size_t reactor) {
  background_[reactor]->stop();
  co_await background_[reactor]->wait();
}

std::string ControlListener::request_id_of(http::Exchange& exchange) {
  auto id = exchange.request().find(web::kRequestIdField);
  if (id && web::is_request_id(*id)) return std::string(*id);
  return world_.ids.next(exchange.reactor().index());
}

async::asio::awaitable<void> ControlListener::handle(http::Exchange& exchange) {
  auto begun = world_.journal.begin();
  auto& background = *background_[exchange.reactor().index()];
  std::string request_id = request_id_of(exchange);
  ControlCall call(exchange, world_, facts_, background, std::move(request_id));
  auto served = co_await serve(call);
  if (!served) answer_failure(call, served.error());
  auto origination = world_.proxies.origination_of(exchange.request());
  world_.journal.record(exchange, origination, call.request_id, begun);
}

Task<void> ControlListener::serve(ControlCall& call) {
  const auto& request = call.request();
  CO_RETURN_IF_ERROR(world_.guard.check_browser(request));
  if (request.path.starts_with(web::kWellKnownPrefix)) {
    web::respond_well_known(call.exchange, call.request_id);
    co_return Result<void>();
  }
  auto match = control_routes().match(request.method, request.path);
  bool is_open = match && match->endpoint->access == Access::Open;
  if (!is_open) {
    CO_RETURN_IF_ERROR(world_.guard.check_token(request));
    if (call.exchange.draining()) {
      co_return fail(ErrorCode::Draining, "the server is shutting down");
    }
  }
  if (!match) co_return std::unexpected(std::move(match).error());
  call.parameters = std::move(match->parameters);
  CO_ASSIGN_OR_RETURN(call.query, web::Query::parse(request.query));
  co_return co_await match->endpoint->run(call);
}

void ControlListener::answer_failure(ControlCall& call, const Error& error) {
  log_internal(call.request_id, error);
  bool is_client_gone = error.code() == ErrorCode::Cancelled;
  if (is_client_gone || call.exchange.response_status() != 0) {
    call.exchange.abort();
    return;
  }
  std::string allow = control_routes().allowed_methods(call.request().path);
  web::respond(call.exchange, {.error = error,
                               .request_id = call.request_id,
                               .allow = allow,
                               .extension = &call.problem_extension});
}

void ControlListener::refuse(http::Exchange& exchange, const Error& error) {
  std::string request_id = request_id_of(exchange);
  log_internal(request_id, error);
  web::respond(
      exchange,
      {.error = error, .request_id = request_id, .allow = "GET, HEAD, POST, PUT, PATCH, DELETE"});
  auto origination = world_.proxies.origination_of(exchange.request());
  world_.journal.record(exchange, origination, request_id, world_.journal.begin());
}

// A caller hears of these only that they happened.
void ControlListener::log_internal(std::string_view request_id, const Error& error) {
  if (error.code() == ErrorCode::Cancelled) return;
  if (web::public_code(error.code()) != ErrorCode::Internal) return;
  world_.log.error("request " + std::string(request_id) + ": " + error.to_string());
}

}  // namespace

std::unique_ptr<Control> make_control(const ControlWorld& world) {
  return std::make_unique<ControlListener>(world);
}

}  // namespace rockpool::api
