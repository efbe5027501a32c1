#pragma once

#include "metrics/registry.h"

namespace rockpool::platform {

// The metrics of functions and deploys. At most kMaxFunctions have series of their own.
struct FunctionMetrics {
  static constexpr std::size_t kMaxFunctions = 1000;

  explicit FunctionMetrics(metrics::Registry& registry);

  // Drops what was counted for a function.
  void remove(const std::string& function);
  // Drops what was counted for one version of it.
  void remove_version(const std::string& function, std::uint64_t version);

  metrics::Family<metrics::Counter>& invocations;  // function, version, trigger, outcome
  metrics::Family<metrics::Histogram>& duration;   // function
  metrics::Family<metrics::Counter>& cpu;          // function
  metrics::Family<metrics::Gauge>& in_flight;      // function
  metrics::Family<metrics::Gauge>& queue_depth;    // function
  metrics::Family<metrics::Counter>& shed;         // function, reason
  metrics::Family<metrics::Histogram>& instantiation;
  metrics::Family<metrics::Histogram>& compile;
};

}  // namespace rockpool::platform
