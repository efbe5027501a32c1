#include "platform/serving/served_version.h"

#include <fmt/format.h>

#include "platform/serving/destination.h"

namespace rockpool::platform {

void OutcomeCounters::count(metrics::Shard shard, FunctionMetrics& function_metrics,
                            const ServedVersion& version, Trigger trigger,
                            std::string_view outcome) {
  for (const Entry& entry : entries_) {
    if (entry.trigger == trigger && entry.outcome == outcome.data()) {
      entry.counter->add(shard);
      return;
    }
  }
  if (version.is_retired) return;
  auto counter = function_metrics.invocations.with(
      {version.function->name.text(), fmt::format("{}", version.function->live->number),
       std::string(name_of(trigger)), std::string(outcome)});
  counter->add(shard);
  entries_.push_back({trigger, outcome.data(), std::move(counter)});
}

void LocalVersion::set_program(std::shared_ptr<const engine::Program> loaded) {
  const engine::Program* raw = loaded.get();
  auto owner = std::make_shared<std::shared_ptr<const engine::Program>>(std::move(loaded));
  program = std::shared_ptr<const engine::Program>(std::move(owner), raw);
}

const Function& Destination::function() const {
  return *local->shared->function;
}

const Version& Destination::version() const {
  return *local->shared->function->live;
}

}  // namespace rockpool::platform
