#include "dialects/wess/wess.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "async/task_group.h"
#include "dialects/arrival.h"
#include "dialects/wess/answer.h"
#include "dialects/wess/machine_sampler.h"
#include "dialects/wess/module_calls.h"
#include "dialects/wess/run_call.h"
#include "dialects/wess/wess_log.h"
#include "dialects/wess/wess_metrics.h"
#include "http/syntax/url.h"
#include "web/answers/problem.h"
#include "web/begun_calls.h"
#include "web/exchange_body.h"
#include "web/fields/request_target.h"

namespace rockpool::dialects::wess {
namespace {

constexpr auto kSampleEvery = std::chrono::seconds(15);
// As much as functions take unless their `body` limit says otherwise.
constexpr std::uint64_t kMaxArgumentBytes = std::uint64_t{10} << 20;

// What a request's path names, and how the metrics call it.
struct Target {
  enum class Kind : std::uint8_t { All, Module, Metrics, Nothing };
  Kind kind = Kind::Nothing;
  std::string id;

  static Target of(std::string_view path) {
    auto segments = web::path_segments(path);
    if (segments.empty()) return {Kind::All, {}};
    if (segments.size() > 1 || segments[0].empty()) return {Kind::Nothing, {}};
    if (segments[0] == "metrics") return {Kind::Metrics, {}};
    auto id = http::percent_decode(segments[0]);
    if (!id) return {Kind::Nothing, {}};
    return {Kind::Module, *std::move(id)};
  }

  std::string_view label() const {
    switch (kind) {
      case Kind::All:
        return "/";
      case Kind::Metrics:
        return "/metrics";
      default:
        return "/:id";
    }
  }
  std::string_view methods() const {
    switch (kind) {
      case Kind::All:
        return "GET, HEAD, POST, PUT";
      case Kind::Module:
        return "GET, HEAD, POST, PUT, DELETE";
      default:
        return "GET, HEAD";
    }
  }
};

class WessListener final : public Dialect {
 public:
  WessListener(const DialectWorld& world, std::unique_ptr<WessLog> log);

  bool try_handle(http::Exchange& exchange) override;
  async::asio::awaitable<void> handle(http::Exchange& exchange) override;
  void refuse(http::Exchange& exchange, const Error& error) override;
  async::asio::awaitable<void> stop(std::size_t reactor) override;

 private:
  // A request, from its arrival to its record.
  struct Call {
    Target target;
    Arrival arrival;
    std::unique_ptr<RunCall> run;  // begun by try_handle()
  };

  Call identify(http::Exchange& exchange) const;
  Result<void> admit(const http::Exchange& exchange) const;
  Result<std::unique_ptr<RunCall>> prepare_run(http::Exchange& exchange, const Call& call,
                                               std::string_view body);
  Task<Answer> serve(http::Exchange& exchange, Call& call);
  Task<Answer> run(http::Exchange& exchange, Call& call);
  void show_metrics(http::Exchange& exchange, const Call& call);
  void conclude(http::Exchange& exchange, const Call& call, const Result<Answer>& outcome);
  void record(http::Exchange& exchange, const Call& call);
  Task<void> sample_now_and_then();

  const DialectWorld world_;
  WessMetrics metrics_;
  std::unique_ptr<WessLog> log_;
  ModuleCalls modules_;
  MachineSampler sampler_;
  web::BegunCalls<Call> begun_;
  async::TaskGroup background_;  // of the first reactor
};

WessListener::WessListener(const DialectWorld& world, std::unique_ptr<WessLog> log)
    : world_(world),
      metrics_(world.reactors.size(), world.connections),
      log_(std::move(log)),
      modules_(world_, metrics_, *log_),
      sampler_(world.clock, world.data),
      begun_(world.reactors.size()),
      background_("wess", world.reactors[0].context().get_executor(),
                  [this](const std::string& group, const Error& error) {
                    world_.log.error(group + ": " + error.to_string());
                  }) {
  // Posted, as the group belongs to that reactor's thread.
  boost::asio::post(world_.reactors[0].context(),
                    [this] { background_.spawn(sample_now_and_then()); });
  log_->write(WessLog::Level::Info, WessLog::Target::Wess, "Server started");
}

Task<void> WessListener::sample_now_and_then() {
  boost::asio::steady_timer timer(world_.reactors[0].context());
  for (;;) {
    auto look = [this]() -> Result<MachineSample> { return sampler_.sample(); };
    CO_ASSIGN_OR_RETURN(auto sample, co_await world_.blocking.run(look));
    metrics_.set_sample(sample);
    timer.expires_after(kSampleEvery);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

async::asio::awaitable<void> WessListener::stop(std::size_t reactor) {
  if (reactor != 0) co_return;
  background_.stop();
  co_await background_.wait();
  log_->write(WessLog::Level::Info, WessLog::Target::Wess, "Server stopped");
}

WessListener::Call WessListener::identify(http::Exchange& exchange) const {
  return {.target = Target::of(exchange.request().path),
          .arrival = note_arrival(world_, exchange),
          .run = nullptr};
}

Result<void> WessListener::admit(const http::Exchange& exchange) const {
  auto admitted = dialects::admit(world_, exchange);
  if (admitted) return {};
  return fail(admitted.error().code(), "Error: " + admitted.error().message());
}

Result<std::unique_ptr<RunCall>> WessListener::prepare_run(http::Exchange& exchange,
                                                           const Call& call,
                                                           std::string_view body) {
  RunCall::Order order{.exchange = exchange,
                       .id = call.target.id,
                       .body = body,
                       .request_id = call.arrival.request_id};
  return RunCall::prepare({world_, metrics_}, order);
}

// Runs whose arguments have arrived are answered here if they end soon; everything else waits for
// something.
bool WessListener::try_handle(http::Exchange& exchange) {
  if (exchange.request().method != "POST") return false;
  auto call = identify(exchange);
  if (call.target.kind != Target::Kind::Module || !admit(exchange)) return false;
  auto body = exchange.buffered_body();
  if (!body) return false;
  auto prepared = prepare_run(exchange, call, *body);
  if (!prepared) {
    conclude(exchange, call, std::unexpected(prepared.error()));
    return true;
  }
  call.run = *std::move(prepared);
  if (auto outcome = call.run->begin()) {
    conclude(exchange, call, *outcome);
    return true;
  }
  begun_.keep(exchange, std::move(call));
  return false;
}

async::asio::awaitable<void> WessListener::handle(http::Exchange& exchange) {
  auto begun = begun_.take(exchange);
  Call call = begun ? *std::move(begun) : identify(exchange);
  if (call.run != nullptr) {
    auto outcome = co_await call.run->finish();
    if (!outcome) {
      exchange.abort();
      record(exchange, call);
    } else {
      conclude(exchange, call, *outcome);
    }
    co_return;
  }
  auto outcome = co_await serve(exchange, call);
  if (exchange.response_status() != 0) {
    record(exchange, call);
  } else {
    conclude(exchange, call, outcome);
  }
}

Task<Answer> WessListener::serve(http::Exchange& exchange, Call& call) {
  CO_RETURN_IF_ERROR(admit(exchange));
  std::string_view method = exchange.request().method;
  if (method == "HEAD") method = "GET";
  const std::string& id = call.target.id;
  switch (call.target.kind) {
    case Target::Kind::All:
      if (method == "GET") co_return modules_.count();
      if (method == "POST" || method == "PUT") co_return co_await modules_.create(exchange);
      break;
    case Target::Kind::Module:
      if (method == "GET") co_return co_await modules_.read(exchange, id);
      if (method == "PUT") co_return co_await modules_.replace(exchange, id);
      if (method == "DELETE") co_return co_await modules_.remove(exchange, id);
      if (method == "POST") co_return co_await run(exchange, call);
      break;
    case Target::Kind::Metrics:
      if (method != "GET") break;
      show_metrics(exchange, call);
      co_return Answer();
    case Target::Kind::Nothing:
      co_return std::unexpected(unknown_module());
  }
  co_return fail(ErrorCode::MethodNotAllowed, "Error: Method not allowed");
}

// A run whose arguments had not arrived yet.
Task<Answer> WessListener::run(http::Exchange& exchange, Call& call) {
  auto body = co_await web::read_whole_body(exchange, kMaxArgumentBytes, ErrorCode::BodyTooLarge);
  if (!body && body.error().code() == ErrorCode::BodyTooLarge) {
    co_return fail(ErrorCode::InvalidArgument, "Invalid Json: " + body.error().message());
  }
  if (!body) co_return std::unexpected(body.error());
  CO_ASSIGN_OR_RETURN(auto prepared, prepare_run(exchange, call, *body));
  if (auto outcome = prepared->begin()) co_return *std::move(outcome);
  auto outcome = co_await prepared->finish();
  if (!outcome) co_return fail(ErrorCode::Cancelled, "the client went away");
  co_return *std::move(outcome);
}

void WessListener::show_metrics(http::Exchange& exchange, const Call& call) {
  http::ResponseHead head(200);
  head.with("Content-Type", metrics::Registry::kContentType);
  head.with(web::kRequestIdField, call.arrival.request_id);
  exchange.respond(head, metrics_.expose());
}

void WessListener::conclude(http::Exchange& exchange, const Call& call,
                            const Result<Answer>& outcome) {
  if (outcome) {
    respond(exchange, *outcome, call.arrival.request_id);
  } else if (outcome.error().code() == ErrorCode::Cancelled) {
    exchange.abort();
  } else {
    const Error& error = outcome.error();
    bool tells_methods = error.code() == ErrorCode::MethodNotAllowed;
    respond(exchange, status_of(error), error.message(), call.arrival.request_id,
            tells_methods ? call.target.methods() : std::string_view());
    log_->write(WessLog::Level::Error, WessLog::Target::Error, error.message());
  }
  record(exchange, call);
}

void WessListener::record(http::Exchange& exchange, const Call& call) {
  auto took = world_.clock.steady_now() - call.arrival.at;
  metrics_.count_request(exchange.reactor().index(), call.target.label(), took,
                         exchange.response_status());
  dialects::record(world_, exchange, call.arrival);
}

// Requests that are no good HTTP: their status says how.
void WessListener::refuse(http::Exchange& exchange, const Error& error) {
  auto call = identify(exchange);
  std::string text = "Error: " + client_message(error, kDialect, world_.log);
  int status = rockpool::status_of(web::public_code(error.code()));
  respond(exchange, status, text, call.arrival.request_id);
  log_->write(WessLog::Level::Error, WessLog::Target::Error, text);
  record(exchange, call);
}

}  // namespace

Result<std::unique_ptr<Dialect>> make_wess(const DialectWorld& world) {
  ASSIGN_OR_RETURN(auto log, WessLog::open(world.data, world.clock));
  return std::make_unique<WessListener>(world, std::move(log));
}

}  // namespace rockpool::dialects::wess
