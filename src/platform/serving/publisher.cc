#include "platform/serving/publisher.h"

#include <utility>

namespace rockpool::platform {
namespace {

AdmissionLimits admission_limits(const engine::Limits& limits) {
  return {limits.concurrency, limits.queue, limits.queue_wait};
}

}  // namespace

void Publisher::update(std::vector<Update> updates) {
  std::vector<ServingTable::Change> changes;
  std::vector<std::shared_ptr<ServedVersion>> replaced;
  for (const Update& update : updates) {
    auto before = serving_.find(update.name);
    auto after = update.function == nullptr ? nullptr : serve(update, before.get());
    changes.push_back({update.name, std::move(after)});
    replaced.push_back(std::move(before));
  }
  serving_.publish(std::move(changes));
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (replaced[i] != nullptr) retire(updates[i].name, *replaced[i], updates[i].function.get());
  }
}

std::shared_ptr<const Function> Publisher::find(const Origin& origin) const {
  auto version = serving_.find(origin);
  return version == nullptr ? nullptr : version->function;
}

std::shared_ptr<ServedVersion> Publisher::serve(const Update& update, const ServedVersion* before) {
  auto version = std::make_shared<ServedVersion>();
  version->function = update.function;
  version->program = std::make_shared<ProgramSlot>();
  if (update.program != nullptr) version->program->set(update.program);
  if (before == nullptr) {
    version->served = serve_new(*update.function);
  } else {
    version->served = before->served;
    const auto& limits = update.function->live->settings.limits;
    version->served->admission->set_limits(admission_limits(limits));
    version->served->log->set_bytes_per_second(limits.log_bytes_per_second);
  }
  return version;
}

std::shared_ptr<const ServedFunction> Publisher::serve_new(const Function& function) {
  const auto& limits = function.live->settings.limits;
  const std::string& name = function.name.text();
  logs::LogLimits log_limits{.bytes_per_second = limits.log_bytes_per_second};
  AdmissionMetrics metrics{.queue_full = function_metrics_.shed.with({name, "queue-full"}),
                           .queue_wait = function_metrics_.shed.with({name, "queue-wait"}),
                           .deadline = function_metrics_.shed.with({name, "deadline"}),
                           .queue_depth = function_metrics_.queue_depth.with({name})};
  return std::make_shared<const ServedFunction>(
      ServedFunction{.name = function.name,
                     .log = std::make_shared<logs::LogRing>(name, log_limits, world_.clock),
                     .admission = std::make_shared<Admission>(world_.reactors, world_.clock,
                                                              admission_limits(limits), metrics),
                     .admission_metrics = metrics,
                     .in_flight = function_metrics_.in_flight.with({name}),
                     .duration = function_metrics_.duration.with({name}),
                     .cpu = function_metrics_.cpu.with({name}),
                     .instantiation = function_metrics_.instantiation.with({})});
}

void Publisher::retire(const FunctionName& name, ServedVersion& version, const Function* after) {
  auto number = version.function->live->number;
  if (after != nullptr && after->live->number == number) return;
  version.is_retired = true;
  if (after == nullptr) {
    function_metrics_.remove(name.text());
  } else {
    function_metrics_.remove_version(name.text(), number);
  }
}

}  // namespace rockpool::platform
