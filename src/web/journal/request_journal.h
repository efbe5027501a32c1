#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/server/exchange.h"
#include "metrics/registry.h"
#include "web/access/trusted_proxies.h"
#include "web/journal/access_log.h"

namespace rockpool::web {

// rockpool_http_requests_total{listener,status}. Once for each registry.
metrics::Family<metrics::Counter>& make_request_counters(metrics::Registry& registry);

// Counts and logs the requests of one listener. Used on the reactors.
class RequestJournal {
 public:
  // All but the name outlive the journal.
  RequestJournal(std::string listener, std::size_t reactors,
                 metrics::Family<metrics::Counter>& requests, AccessLog& log, const Clock& clock);

  // To be remembered until record(): when the request began, as far as anybody wants to know.
  SteadyTime begin() const { return log_.is_on() ? clock_.steady_now() : SteadyTime(); }
  // Once for each request, when it was answered or given up.
  void record(http::Exchange& exchange, const Origination& origination, std::string_view request_id,
              SteadyTime begun);

 private:
  static constexpr int kMaxStatus = 599;
  using ByStatus = std::array<std::shared_ptr<metrics::Counter>, kMaxStatus + 1>;

  metrics::Counter& counter_of(std::size_t reactor, int status);

  const std::string listener_;
  metrics::Family<metrics::Counter>& requests_;
  AccessLog& log_;
  const Clock& clock_;
  // Looked up once for each reactor and status, as looking up takes a lock.
  std::vector<std::unique_ptr<ByStatus>> counters_;
};

}  // namespace rockpool::web
