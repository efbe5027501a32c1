#include "dialects/wasmengine/wasmengine.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "dialects/arrival.h"
#include "dialects/wasmengine/function_calls.h"
#include "dialects/wasmengine/invoke_call.h"
#include "dialects/wasmengine/reply.h"
#include "web/answers/accept.h"
#include "web/answers/problem.h"
#include "web/begun_calls.h"
#include "web/exchange_body.h"

namespace rockpool::dialects::wasmengine {
namespace {

constexpr std::uint64_t kMaxBodyBytes = 16 << 10;

enum class CallKind : std::uint8_t { Deploy, Delete, List, Query, Invoke };

struct Route {
  std::string_view path;
  std::string_view method;
  CallKind kind;
};
constexpr std::array<Route, 5> kRoutes = {{
    {"/function/deploy", "POST", CallKind::Deploy},
    {"/function/delete", "POST", CallKind::Delete},
    {"/function/list", "GET", CallKind::List},
    {"/function/query", "POST", CallKind::Query},
    {"/function/invoke", "POST", CallKind::Invoke},
}};

const Route* route_of(std::string_view path) {
  const auto* found = std::ranges::find(kRoutes, path, &Route::path);
  return found == kRoutes.end() ? nullptr : found;
}

// Without a Content-Type a body counts as JSON; of several, the first counts.
bool is_json(const http::Request& request) {
  auto type = request.find("content-type");
  return !type || web::is_media_type(*type, "application/json");
}

class WasmEngineListener final : public Dialect {
 public:
  explicit WasmEngineListener(const DialectWorld& world)
      : world_(world), functions_(world_), begun_(world.reactors.size()) {}

  bool try_handle(http::Exchange& exchange) override;
  async::asio::awaitable<void> handle(http::Exchange& exchange) override;
  void refuse(http::Exchange& exchange, const Error& error) override;
  async::asio::awaitable<void> stop(std::size_t) override { co_return; }

 private:
  struct BegunCall {
    Arrival arrival;
    InvokeCall call;
  };

  async::asio::awaitable<std::optional<Reply>> serve(http::Exchange& exchange,
                                                     const Arrival& arrival);
  async::asio::awaitable<std::optional<Reply>> serve(http::Exchange& exchange, CallKind kind,
                                                     const Arrival& arrival);
  async::asio::awaitable<std::optional<Reply>> invoke(http::Exchange& exchange,
                                                      std::string_view body,
                                                      const Arrival& arrival);
  // None: the client went away.
  void conclude(http::Exchange& exchange, const Arrival& arrival,
                const std::optional<Reply>& reply);

  const DialectWorld world_;
  OutboundCalls functions_;
  web::BegunCalls<BegunCall> begun_;
};

// Calls of functions whose arguments have arrived are answered here if they end soon; everything
// else waits for something.
bool WasmEngineListener::try_handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  const auto* route = route_of(request.path);
  bool is_invoke =
      route != nullptr && route->kind == CallKind::Invoke && request.method == route->method;
  if (!is_invoke || !is_json(request) || !admit(world_, exchange)) return false;
  auto body = exchange.buffered_body();
  if (!body || body->size() > kMaxBodyBytes) return false;
  auto arrival = note_arrival(world_, exchange);
  auto call = InvokeCall::prepare(world_, exchange, *body, arrival.request_id);
  auto reply = call ? call->begin() : std::optional<Reply>(call.error());
  if (reply) {
    conclude(exchange, arrival, reply);
    return true;
  }
  begun_.keep(exchange, BegunCall{std::move(arrival), *std::move(call)});
  return false;
}

async::asio::awaitable<void> WasmEngineListener::handle(http::Exchange& exchange) {
  if (auto begun = begun_.take(exchange)) {
    auto reply = co_await begun->call.finish();
    conclude(exchange, begun->arrival, reply);
    co_return;
  }
  auto arrival = note_arrival(world_, exchange);
  auto reply = co_await serve(exchange, arrival);
  conclude(exchange, arrival, reply);
}

async::asio::awaitable<std::optional<Reply>> WasmEngineListener::serve(http::Exchange& exchange,
                                                                       const Arrival& arrival) {
  if (auto admitted = admit(world_, exchange); !admitted) {
    Reply refused{status_of(admitted.error().code()), admitted.error().message()};
    co_return refused;
  }
  const auto& request = exchange.request();
  const auto* route = route_of(request.path);
  if (route == nullptr) co_return unknown_path(request.path);
  bool is_head = request.method == "HEAD" && route->method == "GET";
  if (request.method != route->method && !is_head) co_return wrong_method(route->method);
  co_return co_await serve(exchange, route->kind, arrival);
}

async::asio::awaitable<std::optional<Reply>> WasmEngineListener::serve(http::Exchange& exchange,
                                                                       CallKind kind,
                                                                       const Arrival& arrival) {
  if (kind == CallKind::List) co_return functions_.list();
  if (!is_json(exchange.request())) co_return wrong_media_type();
  auto body = co_await web::read_whole_body(exchange, kMaxBodyBytes, ErrorCode::BodyTooLarge);
  if (!body && body.error().code() == ErrorCode::BodyTooLarge) co_return body_too_large();
  if (!body) co_return std::nullopt;
  switch (kind) {
    case CallKind::Deploy:
      co_return co_await functions_.deploy(*body);
    case CallKind::Delete:
      co_return co_await functions_.remove(*body);
    case CallKind::Query:
      co_return functions_.query(*body);
    default:
      co_return co_await invoke(exchange, *body, arrival);
  }
}

// A call whose arguments had not arrived yet.
async::asio::awaitable<std::optional<Reply>> WasmEngineListener::invoke(http::Exchange& exchange,
                                                                        std::string_view body,
                                                                        const Arrival& arrival) {
  auto call = InvokeCall::prepare(world_, exchange, body, arrival.request_id);
  if (!call) co_return call.error();
  auto reply = call->begin();
  if (reply) co_return reply;
  co_return co_await call->finish();
}

void WasmEngineListener::conclude(http::Exchange& exchange, const Arrival& arrival,
                                  const std::optional<Reply>& reply) {
  if (reply) {
    respond(exchange, *reply, arrival.request_id);
  } else {
    exchange.abort();
  }
  record(world_, exchange, arrival);
}

// Requests that are no good HTTP.
void WasmEngineListener::refuse(http::Exchange& exchange, const Error& error) {
  auto arrival = note_arrival(world_, exchange);
  Reply refused{status_of(web::public_code(error.code())),
                client_message(error, kDialect, world_.log)};
  conclude(exchange, arrival, refused);
}

}  // namespace

Result<std::unique_ptr<Dialect>> make_wasmengine(const DialectWorld& world) {
  return std::make_unique<WasmEngineListener>(world);
}

}  // namespace rockpool::dialects::wasmengine
