#include "web/journal/request_journal.h"

#include <algorithm>

namespace rockpool::web {
namespace {

// The client was gone before there was an answer; the number that nginx made customary.
constexpr int kClientClosedRequest = 499;

}  // namespace

metrics::Family<metrics::Counter>& make_request_counters(metrics::Registry& registry) {
  return registry.counters({.name = "rockpool_http_requests_total",
                            .help = "HTTP requests answered, by listener and status.",
                            .label_names = {"listener", "status"}});
}

RequestJournal::RequestJournal(std::string listener, std::size_t reactors,
                               metrics::Family<metrics::Counter>& requests, AccessLog& log,
                               const Clock& clock)
    : listener_(std::move(listener)), requests_(requests), log_(log), clock_(clock) {
  for (std::size_t i = 0; i < reactors; ++i) counters_.push_back(std::make_unique<ByStatus>());
}

metrics::Counter& RequestJournal::counter_of(std::size_t reactor, int status) {
  auto& counter = (*counters_[reactor])[static_cast<std::size_t>(std::min(status, kMaxStatus))];
  if (!counter) counter = requests_.with({listener_, std::to_string(status)});
  return *counter;
}

void RequestJournal::record(http::Exchange& exchange, const Origination& origination,
                            std::string_view request_id, SteadyTime begun) {
  int status = exchange.response_status();
  if (status == 0) status = kClientClosedRequest;
  std::size_t reactor = exchange.reactor().index();
  counter_of(reactor, status).add(reactor);
  if (!log_.is_on()) return;

  const auto& request = exchange.request();
  auto duration =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now() - begun);
  log_.record({.time = clock_.wall_now(),
               .duration = duration,
               .listener = listener_,
               .request_id = request_id,
               .client = origination.address,
               .method = request.method,
               .host = origination.host,
               .target = request.target,
               .referer = request.find("referer").value_or(""),
               .user_agent = request.find("user-agent").value_or(""),
               .status = status,
               .response_bytes = exchange.response_bytes()});
}

}  // namespace rockpool::web
