#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "http/server/exchange.h"

namespace rockpool::dialects {

// A request of a dialect's client as it came in: what its record needs.
struct Arrival {
  std::string request_id;  // the caller's, or made
  SteadyTime at;
  SteadyTime journal_begun;
};
Arrival note_arrival(const DialectWorld& world, http::Exchange& exchange);

// Whether the request may be looked at. Fails with host-unknown, origin-denied or draining.
Result<void> admit(const DialectWorld& world, const http::Exchange& exchange);

// Writes the request, which was answered or aborted, to metrics and access log.
void record(const DialectWorld& world, http::Exchange& exchange, const Arrival& arrival);

// What the caller of a dialect may read of a failure. Internal ones are logged instead.
std::string client_message(const Error& failure, std::string_view dialect, Log& log);

}  // namespace rockpool::dialects
