#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "logs/log_ring.h"
#include "metrics/metrics.h"
#include "platform/admission/admission.h"
#include "platform/admission/function_metrics.h"
#include "platform/functions/function.h"
#include "platform/functions/trigger.h"
#include "platform/programs/program_slot.h"

namespace rockpool::platform {

// What a function's versions share while it is served.
struct ServedFunction {
  FunctionName name;
  std::shared_ptr<logs::LogRing> log;
  std::shared_ptr<Admission> admission;
  AdmissionMetrics admission_metrics;
  std::shared_ptr<metrics::Gauge> in_flight;
  std::shared_ptr<metrics::Histogram> duration;
  std::shared_ptr<metrics::Counter> cpu;
  std::shared_ptr<metrics::Histogram> instantiation;  // all functions' together
};

// A live version; shared by the reactors.
struct ServedVersion {
  std::shared_ptr<const Function> function;
  std::shared_ptr<const ServedFunction> served;
  std::shared_ptr<ProgramSlot> program;
  // Its series are dropped; calls that are still running make no new ones.
  std::atomic<bool> is_retired = false;
};

// Counters of one version's calls by trigger and outcome, looked up once each. Of one reactor.
class OutcomeCounters {
 public:
  // `outcome` is "ok" or a code's name; both live as long as the process.
  void count(metrics::Shard shard, FunctionMetrics& function_metrics, const ServedVersion& version,
             Trigger trigger, std::string_view outcome);

 private:
  struct Entry {
    Trigger trigger;
    const char* outcome;  // by identity
    std::shared_ptr<metrics::Counter> counter;
  };
  std::vector<Entry> entries_;
};

// One reactor's hold on a live version: what changes with calls is touched by that reactor alone,
// even the reference counts.
struct LocalVersion {
  std::shared_ptr<ServedVersion> shared;
  std::shared_ptr<const engine::Program> program;  // null until loaded
  OutcomeCounters outcomes;

  // Keeps `loaded` with a reference count of its own.
  void set_program(std::shared_ptr<const engine::Program> loaded);
};

}  // namespace rockpool::platform
