#include "dialects/wess/wess.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/task_group.h"
#include "dialects/wess/answer.h"
#include "dialects/wess/machine_sampler.h"
#include "dialects/wess/module_calls.h"
#include "dialects/wess/run_call.h"
#include "dialects/wess/wess_log.h"
#include "dialects/wess/wess_metrics.h"
#include "http/url.h"
#include "web/exchange_body.h"
#include "web/problem.h"
#include "web/request_target.h"

namespace rockpool::dialects::wess {
namespace {

constexpr auto kSampleEvery = std::chrono::seconds(15);
// A run's arguments are a few numbers.
constexpr std::uint64_t kMaxArgumentBytes = std::uint64_t{1} << 20;

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
    std::string request_id;
    SteadyTime arrived;
    SteadyTime journal_begun;
    std::unique_ptr<RunCall> run;  // begun by try_handle()
  };
  using Begun = std::vector<std::pair<http::Exchange*, Call>>;

  Call identify(http::Exchange& exchange) const;
  Result<void> admit(const http::Exchange& exchange) const;
  std::optional<Call> take_begun(http::Exchange& exchange);
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
  std::vector<Begun> begun_;     // by reactor: runs until handle() goes on with them
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
  const auto& request = exchange.request();
  auto id = request.find(web::kRequestIdField);
  return {.target = Target::of(request.path),
          .request_id = id && web::is_request_id(*id) ? std::string(*id)
                                                      : world_.ids.next(exchange.reactor().index()),
          .arrived = world_.clock.steady_now(),
          .journal_begun = world_.journal.begin(),
          .run = nullptr};
}

Result<void> WessListener::admit(const http::Exchange& exchange) const {
  if (world_.guard != nullptr) {
    auto checked = world_.guard->check_browser(exchange.request());
    if (!checked && checked.error().code() == ErrorCode::HostUnknown) {
      return fail(ErrorCode::HostUnknown, "Error: this listener answers to loopback names only");
    }
    if (!checked) {
      return fail(checked.error().code(), "Error: pages of another origin may not call this API");
    }
  }
  if (exchange.draining()) return fail(ErrorCode::Draining, "Error: the server is shutting down");
  return {};
}

Result<std::unique_ptr<RunCall>> WessListener::prepare_run(http::Exchange& exchange,
                                                           const Call& call,
                                                           std::string_view body) {
  RunCall::Order order{
      .exchange = exchange, .id = call.target.id, .body = body, .request_id = call.request_id};
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
  begun_[exchange.reactor().index()].emplace_back(&exchange, std::move(call));
  return false;
}

std::optional<WessListener::Call> WessListener::take_begun(http::Exchange& exchange) {
  auto& begun = begun_[exchange.reactor().index()];
  auto found = std::ranges::find(begun, &exchange, &Begun::value_type::first);
  if (found == begun.end()) return std::nullopt;
  std::optional<Call> call(std::move(found->second));
  if (found != begun.end() - 1) *found = std::move(begun.back());
  begun.pop_back();
  return call;
}

async::asio::awaitable<void> WessListener::handle(http::Exchange& exchange) {
  auto begun = take_begun(exchange);
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
  head.with(web::kRequestIdField, call.request_id);
  exchange.respond(head, metrics_.expose());
}

void WessListener::conclude(http::Exchange& exchange, const Call& call,
                            const Result<Answer>& outcome) {
  if (outcome) {
    respond(exchange, *outcome, call.request_id);
  } else if (outcome.error().code() == ErrorCode::Cancelled) {
    exchange.abort();
  } else {
    const Error& error = outcome.error();
    bool tells_methods = error.code() == ErrorCode::MethodNotAllowed;
    respond(exchange, status_of(error), error.message(), call.request_id,
            tells_methods ? call.target.methods() : std::string_view());
    log_->write(WessLog::Level::Error, WessLog::Target::Error, error.message());
  }
  record(exchange, call);
}

void WessListener::record(http::Exchange& exchange, const Call& call) {
  auto took = world_.clock.steady_now() - call.arrived;
  metrics_.count_request(exchange.reactor().index(), call.target.label(), took,
                         exchange.response_status());
  auto origination = world_.proxies.origination_of(exchange.request());
  world_.journal.record(exchange, origination, call.request_id, call.journal_begun);
}

// Requests that are no good HTTP: their status says how.
void WessListener::refuse(http::Exchange& exchange, const Error& error) {
  auto call = identify(exchange);
  bool is_internal = web::public_code(error.code()) == ErrorCode::Internal;
  if (is_internal) world_.log.error("request " + call.request_id + ": " + error.to_string());
  std::string text = "Error: " + (is_internal ? "internal error" : error.message());
  int status = rockpool::status_of(web::public_code(error.code()));
  respond(exchange, status, text, call.request_id);
  log_->write(WessLog::Level::Error, WessLog::Target::Error, text);
  record(exchange, call);
}

}  // namespace

Result<std::unique_ptr<Dialect>> make_wess(const DialectWorld& world) {
  ASSIGN_OR_RETURN(auto log, WessLog::open(world.data, world.clock));
  return std::make_unique<WessListener>(world, std::move(log));
}

}  // namespace rockpool::dialects::wess
