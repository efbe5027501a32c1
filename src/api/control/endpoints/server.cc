#include <array>
#include <chrono>

#include "api/control/endpoints.h"
#include "api/control/openapi.h"

namespace rockpool::api {
namespace {

void answer_text(ControlCall& call, int status, std::string_view text) {
  auto head = call.head(status);
  head.with("Content-Type", "text/plain; charset=utf-8");
  call.exchange.respond(head, text);
}

bool is_draining(const ControlCall& call) {
  return call.exchange.draining() || call.world.draining.load(std::memory_order_relaxed);
}

json::Value abis_view() {
  auto view = json::Value::array();
  for (auto abi : engine::all_abis()) {
    if (engine::runs(abi)) view.push_back(engine::name_of(abi));
  }
  return view;
}

// Pages are cheap and start-up knows no total; functions are few enough to be counted.
std::size_t count_functions(const platform::Platform& platform) {
  constexpr std::size_t kPage = 1000;
  std::size_t count = 0;
  std::string after;
  do {
    auto page = platform.list(after, kPage);
    count += page.functions.size();
    after = std::move(page.next);
  } while (!after.empty());
  return count;
}

}  // namespace

Task<void> get_health(ControlCall& call) {
  answer_text(call, 200, "ok\n");
  co_return Result<void>();
}

Task<void> get_readiness(ControlCall& call) {
  bool draining = is_draining(call);
  answer_text(call, draining ? 503 : 200, draining ? "draining\n" : "ready\n");
  co_return Result<void>();
}

Task<void> get_metrics(ControlCall& call) {
  auto head = call.head(200);
  head.with("Content-Type", metrics::Registry::kContentType);
  call.exchange.respond(head, call.world.metrics.expose());
  co_return Result<void>();
}

Task<void> get_openapi(ControlCall& call) {
  auto head = call.head(200);
  head.with("Content-Type", "application/json");
  call.exchange.respond(head, openapi_document());
  co_return Result<void>();
}

Task<void> get_info(ControlCall& call) {
  const auto& facts = call.facts;
  auto uptime = call.world.clock.wall_now() - facts.started;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(uptime).count();
  call.answer_json(200, {{"name", "rockpool"},
                         {"version", ROCKPOOL_VERSION},
                         {"abis", abis_view()},
                         {"ingress", facts.ingress_url},
                         {"control", facts.control_url},
                         {"public_url", facts.public_url},
                         {"max_module_bytes", facts.max_module_bytes},
                         {"functions", count_functions(call.platform())},
                         {"draining", is_draining(call)},
                         {"started", format_rfc3339(facts.started)},
                         {"uptime_seconds", seconds}});
  co_return Result<void>();
}

}  // namespace rockpool::api
