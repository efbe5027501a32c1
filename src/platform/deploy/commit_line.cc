#include "platform/deploy/commit_line.h"

#include <ranges>
#include <utility>

#include "base/check.h"

namespace rockpool::platform {
namespace {

const char* const kTurn = "commit";

std::vector<FunctionStep> steps_of(const std::vector<DeployPlan>& plans) {
  std::vector<FunctionStep> steps;
  for (const DeployPlan& plan : plans) {
    if (plan.effect != Effect::Unchanged) steps.push_back(plan.change);
  }
  return steps;
}

Publisher::Update update_of(const DeployPlan& plan) {
  const auto& [before, after] = plan.change;
  return {after != nullptr ? after->name : before->name, after, plan.program};
}

}  // namespace

CommitLine::CommitLine(const World& world, Catalog& catalog, Publisher& live)
    : world_(world),
      catalog_(catalog),
      publisher_(live),
      turns_(world.home().context().get_executor()) {
  std::vector<FunctionStep> stored;
  for (const auto& [name, function] : catalog.functions()) stored.push_back({nullptr, function});
  auto taken = routes_.take(stored);
  CHECK(taken.has_value(), taken ? "" : taken.error().to_string());
}

Result<void> CommitLine::check(const std::vector<DeployPlan>& plans) {
  auto steps = steps_of(plans);
  RETURN_IF_ERROR(routes_.take(steps));
  routes_.give_back(steps);
  return {};
}

asio::awaitable<Turns::Held> CommitLine::pause() {
  std::vector<std::string> names = {kTurn};
  co_return co_await turns_.take(std::move(names));
}

Task<void> CommitLine::commit(const std::vector<DeployPlan>& plans) {
  Waiting own{plans, steps_of(plans)};
  if (own.steps.empty()) co_return Result<void>{};
  waiting_.push_back(&own);
  auto turn = co_await pause();
  if (!own.outcome) co_await commit_waiting();
  co_return *own.outcome;
}

asio::awaitable<void> CommitLine::commit_waiting() {
  std::vector<Waiting*> batch;
  std::vector<FunctionStep> steps;
  std::vector<Publisher::Update> updates;
  for (Waiting* waiting : std::exchange(waiting_, {})) {
    auto taken = routes_.take(waiting->steps);
    if (!taken) {
      waiting->outcome = std::move(taken);
      continue;
    }
    batch.push_back(waiting);
    steps.insert(steps.end(), waiting->steps.begin(), waiting->steps.end());
    for (const DeployPlan& plan : waiting->plans) {
      if (plan.effect != Effect::Unchanged) updates.push_back(update_of(plan));
    }
  }
  if (batch.empty()) co_return;
  auto now = world_.clock.wall_now();
  auto committed = co_await catalog_.commit(std::move(steps), now);
  if (committed) {
    publisher_.update(std::move(updates));
  } else {
    for (Waiting* waiting : batch | std::views::reverse) routes_.give_back(waiting->steps);
  }
  for (Waiting* waiting : batch) waiting->outcome = committed;
}

}  // namespace rockpool::platform
