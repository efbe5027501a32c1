#include "dialects/arrival.h"

#include <fmt/format.h>

#include "web/answers/problem.h"

namespace rockpool::dialects {

Arrival note_arrival(const DialectWorld& world, http::Exchange& exchange) {
  auto id = exchange.request().find(web::kRequestIdField);
  return {.request_id = id && web::is_request_id(*id) ? std::string(*id)
                                                      : world.ids.next(exchange.reactor().index()),
          .at = world.clock.steady_now(),
          .journal_begun = world.journal.begin()};
}

Result<void> admit(const DialectWorld& world, const http::Exchange& exchange) {
  if (world.guard != nullptr) {
    auto checked = world.guard->check_browser(exchange.request());
    if (!checked && checked.error().code() == ErrorCode::HostUnknown) {
      return fail(ErrorCode::HostUnknown, "this listener answers to loopback names only");
    }
    if (!checked) {
      return fail(checked.error().code(), "pages of another origin may not call this API");
    }
  }
  if (exchange.draining()) return fail(ErrorCode::Draining, "the server is shutting down");
  return {};
}

void record(const DialectWorld& world, http::Exchange& exchange, const Arrival& arrival) {
  auto origination = world.proxies.origination_of(exchange.request());
  world.journal.record(exchange, origination, arrival.request_id, arrival.journal_begun);
}

std::string client_message(const Error& failure, std::string_view dialect, Log& log) {
  bool is_internal = web::public_code(failure.code()) == ErrorCode::Internal;
  if (!is_internal) return failure.message();
  log.error(fmt::format("{}: {}", dialect, failure.to_string()));
  return "internal error";
}

}  // namespace rockpool::dialects
