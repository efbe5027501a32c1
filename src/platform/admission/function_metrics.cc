#include "platform/admission/function_metrics.h"

#include <fmt/format.h>

namespace rockpool::platform {
namespace {

metrics::FamilyOptions by_function(std::string name, std::string help,
                                   metrics::Unit unit = metrics::Unit::Count) {
  return {.name = std::move(name),
          .help = std::move(help),
          .label_names = {"function"},
          .unit = unit,
          .cap = metrics::Cap{.label = "function", .max = FunctionMetrics::kMaxFunctions}};
}

}  // namespace

FunctionMetrics::FunctionMetrics(metrics::Registry& registry)
    : invocations(registry.counters(
          {.name = "rockpool_invocations_total",
           .help = "Calls of functions that ended, by how: ok or an error code.",
           .label_names = {"function", "version", "trigger", "outcome"},
           .cap =
               metrics::Cap{.label = "function", .max = kMaxFunctions, .blurred = {"version"}}})),
      duration(registry.histograms(by_function("rockpool_invocation_duration_seconds",
                                               "Time from request to answer, queueing included.",
                                               metrics::Unit::Seconds))),
      cpu(registry.counters(by_function("rockpool_invocation_cpu_seconds_total",
                                        "Processor time used by guests.", metrics::Unit::Seconds))),
      in_flight(registry.gauges(
          by_function("rockpool_invocations_in_flight", "Calls that are running."))),
      queue_depth(registry.gauges(
          by_function("rockpool_queue_depth", "Calls that wait for the concurrency limit."))),
      shed(registry.counters({.name = "rockpool_shed_total",
                              .help = "Calls turned away because of overload, by reason.",
                              .label_names = {"function", "reason"},
                              .cap = metrics::Cap{.label = "function", .max = kMaxFunctions}})),
      instantiation(registry.histograms(
          {.name = "rockpool_instantiation_duration_seconds",
           .help = "Time that making an instance took, start functions included.",
           .unit = metrics::Unit::Seconds})),
      compile(registry.histograms({.name = "rockpool_compile_duration_seconds",
                                   .help = "Time that compiling a module took.",
                                   .unit = metrics::Unit::Seconds})) {}

void FunctionMetrics::remove(const std::string& function) {
  metrics::Labels labels = {{"function", function}};
  invocations.remove(labels);
  duration.remove(labels);
  cpu.remove(labels);
  in_flight.remove(labels);
  queue_depth.remove(labels);
  shed.remove(labels);
}

void FunctionMetrics::remove_version(const std::string& function, std::uint64_t version) {
  invocations.remove({{"function", function}, {"version", fmt::format("{}", version)}});
}

}  // namespace rockpool::platform
