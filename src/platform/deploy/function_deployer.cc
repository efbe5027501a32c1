#include "platform/deploy/function_deployer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rockpool::platform {
namespace {

DeployFailure failed(const FunctionName& name, DeployFailure failure) {
  failure.function = name;
  return failure;
}

bool is_image(const std::optional<ModuleSource>& module) {
  return module && std::holds_alternative<ImageSource>(*module);
}

std::vector<std::string> names_of(const std::vector<FunctionChange>& changes,
                                  const std::vector<FunctionName>& removals) {
  std::vector<std::string> names;
  for (const auto& change : changes) names.push_back(change.name.text());
  for (const auto& name : removals) names.push_back(name.text());
  return names;
}

Result<void> check_distinct(std::vector<std::string> names) {
  std::ranges::sort(names);
  auto twice = std::ranges::adjacent_find(names);
  if (twice == names.end()) return {};
  return fail(ErrorCode::InvalidArgument,
              fmt::format("'{}' is named twice in one deployment", *twice));
}

// The version to go back to: `to`, or the highest kept below the live one.
Result<std::shared_ptr<const Version>> version_to_restore(const Function& function,
                                                          std::optional<std::uint64_t> to) {
  if (to) {
    if (auto version = function.version(*to)) return version;
    return fail(ErrorCode::VersionNotFound,
                fmt::format("version {} of '{}' is not kept", *to, function.name.text()));
  }
  for (const auto& version : function.versions) {  // newest first
    if (version->number < function.live->number) return version;
  }
  return fail(ErrorCode::VersionNotFound, fmt::format("no version of '{}' below {} is kept",
                                                      function.name.text(), function.live->number));
}

}  // namespace

// Counts a change that is running.
class FunctionDeployer::Running {
 public:
  explicit Running(FunctionDeployer& deployer) : deployer_(deployer) { ++deployer_.running_; }
  ~Running() {
    if (--deployer_.running_ == 0) deployer_.idle_.signal();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  FunctionDeployer& deployer_;
};

FunctionDeployer::FunctionDeployer(const World& world, const Parts& parts)
    : world_(world),
      parts_(parts),
      functions_(world.home().context().get_executor()),
      origins_(world.home().context().get_executor()),
      commits_(world_, parts_.catalog, parts_.live),
      idle_(world.home().context().get_executor()) {}

template <class T>
asio::awaitable<void> FunctionDeployer::keep_result(asio::awaitable<T> work,
                                                    std::shared_ptr<std::optional<T>> to) {
  Running running(*this);
  *to = co_await std::move(work);
}

// Without the caller's cancellation: that comes from another thread, and a change ends as a whole.
template <class T>
asio::awaitable<T> FunctionDeployer::at_home(asio::awaitable<T> work) {
  auto result = std::make_shared<std::optional<T>>();
  auto kept = keep_result(std::move(work), result);
  auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
  co_await asio::co_spawn(world_.home().context(), std::move(kept), token);
  co_return std::move(**result);
}

asio::awaitable<DeployResult<Deployed>> FunctionDeployer::deploy(FunctionChange change,
                                                                 DeployMode mode,
                                                                 OnStage on_stage) {
  std::vector<FunctionChange> changes;
  changes.push_back(std::move(change));
  std::vector<FunctionName> none;
  auto deployed =
      co_await deploy_all(std::move(changes), std::move(none), mode, std::move(on_stage));
  if (!deployed) co_return std::unexpected(std::move(deployed).error());
  co_return std::move(deployed->front());
}

asio::awaitable<DeployResult<std::vector<Deployed>>> FunctionDeployer::deploy_all(
    std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
    OnStage on_stage) {
  if (!on_stage) on_stage = [](const FunctionName&, DeployStage) {};
  for (FunctionChange& change : changes) {
    if (is_image(change.module)) on_stage(change.name, DeployStage::Pulling);
    auto fetched = co_await fetch_image(change.module, change.image);
    if (!fetched) co_return std::unexpected(failed(change.name, DeployFailure(fetched.error())));
  }
  auto work = change_all(std::move(changes), std::move(removals), mode, std::move(on_stage));
  co_return co_await at_home(std::move(work));
}

asio::awaitable<DeployResult<Deployed>> FunctionDeployer::deploy_origin(OriginChange change,
                                                                        OnStage on_stage) {
  CO_RETURN_IF_ERROR(co_await fetch_image(change.module, change.image));
  auto work = change_origin(std::move(change), std::move(on_stage));
  co_return co_await at_home(std::move(work));
}

asio::awaitable<DeployResult<Deployed>> FunctionDeployer::rollback(FunctionName name,
                                                                   std::optional<std::uint64_t> to,
                                                                   Precondition precondition) {
  auto work = move_live(std::move(name), to, std::move(precondition));
  co_return co_await at_home(std::move(work));
}

Task<void> FunctionDeployer::remove(FunctionName name, Precondition precondition) {
  auto work = delete_one(std::move(name), std::move(precondition));
  co_return co_await at_home(std::move(work));
}

Task<void> FunctionDeployer::remove_origin(Origin origin) {
  auto work = delete_origin(std::move(origin));
  co_return co_await at_home(std::move(work));
}

Task<StoredModule> FunctionDeployer::store_module(std::string bytes) {
  auto work = keep_module(std::make_shared<const std::string>(std::move(bytes)));
  co_return co_await at_home(std::move(work));
}

Task<void> FunctionDeployer::collect_garbage(std::chrono::milliseconds age) {
  auto work = sweep(age);
  co_return co_await at_home(std::move(work));
}

asio::awaitable<void> FunctionDeployer::wait() {
  while (running_ > 0) co_await idle_.wait();
}

Task<void> FunctionDeployer::fetch_image(std::optional<ModuleSource>& module,
                                         std::optional<PinnedImage>& image) {
  auto* source = module ? std::get_if<ImageSource>(&*module) : nullptr;
  if (source == nullptr) co_return Result<void>{};
  auto wanted = std::move(*source);
  auto reference = wanted.reference.text();
  auto pull = world_.images.pull(std::move(wanted.reference), std::move(wanted.verify_key),
                                 std::move(wanted.on_progress));
  CO_ASSIGN_OR_RETURN(auto pulled, co_await std::move(pull));
  image = PinnedImage{std::move(reference), pulled.digest};
  module = std::move(pulled);
  co_return Result<void>{};
}

asio::awaitable<DeployResult<std::vector<Deployed>>> FunctionDeployer::change_all(
    std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
    OnStage on_stage) {
  auto names = names_of(changes, removals);
  CO_RETURN_IF_ERROR(check_distinct(names));
  auto turn = co_await functions_.take(std::move(names));
  co_return co_await change_held(std::move(changes), std::move(removals), mode,
                                 std::move(on_stage));
}

// Whoever calls has a turn on all of their names.
asio::awaitable<DeployResult<std::vector<Deployed>>> FunctionDeployer::change_held(
    std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
    OnStage on_stage) {
  CO_ASSIGN_OR_RETURN(auto order, order_of(changes));
  std::vector<Plan> plans(changes.size());
  for (std::size_t place : order) {
    auto name = changes[place].name;
    auto plan = co_await prepare(std::move(changes[place]), plans, on_stage);
    if (!plan) co_return std::unexpected(failed(name, std::move(plan).error()));
    plans[place] = *std::move(plan);
  }
  std::vector<Deployed> deployed;
  for (const Plan& plan : plans) deployed.push_back({plan.effect, plan.change.after});
  for (const FunctionName& name : removals) {
    auto before = parts_.catalog.find(name);
    if (before != nullptr) plans.push_back({Effect::Changed, {before, nullptr}});
  }
  CO_RETURN_IF_ERROR(co_await commit(plans, mode, on_stage));
  co_return deployed;
}

Task<void> FunctionDeployer::store_modules(const std::vector<Plan>& plans) {
  auto store = [this, &plans]() -> Result<void> {
    for (const Plan& plan : plans) {
      if (plan.wasm == nullptr) continue;
      RETURN_IF_ERROR(world_.blobs.put(plan.change.after->live->digest, *plan.wasm));
    }
    return {};
  };
  co_return co_await world_.blocking.run(store);
}

// Modules first, then one batch, then the routes: a crash between them leaves a module that nothing
// refers to, or nothing at all.
Task<void> FunctionDeployer::commit(const std::vector<Plan>& plans, DeployMode mode,
                                    const OnStage& on_stage) {
  CO_RETURN_IF_ERROR(commits_.check(plans));
  if (mode == DeployMode::DryRun) co_return Result<void>{};
  for (const Plan& plan : plans) {
    if (plan.wasm != nullptr) on_stage(plan.change.after->name, DeployStage::Storing);
  }
  CO_RETURN_IF_ERROR(co_await store_modules(plans));
  for (const Plan& plan : plans) {
    bool is_new_version = plan.effect != Effect::Unchanged && plan.change.after != nullptr;
    if (is_new_version) on_stage(plan.change.after->name, DeployStage::Committing);
  }
  co_return co_await commits_.commit(plans);
}

asio::awaitable<DeployResult<Deployed>> FunctionDeployer::move_live(FunctionName name,
                                                                    std::optional<std::uint64_t> to,
                                                                    Precondition precondition) {
  std::vector<std::string> names = {name.text()};
  auto turn = co_await functions_.take(std::move(names));
  auto before = parts_.catalog.find(name);
  if (before == nullptr) co_return std::unexpected(DeployFailure(no_function(name)));
  CO_RETURN_IF_ERROR(check(precondition, before.get()));
  CO_ASSIGN_OR_RETURN(auto version, version_to_restore(*before, to));
  if (version == before->live) co_return Deployed{Effect::Unchanged, before};

  CO_ASSIGN_OR_RETURN(auto inspection, co_await parts_.catalog.inspection(version->digest));
  // Loaded before it goes live, so that no caller waits for it.
  auto code = code_of(*version, inspection->kind);
  auto program = co_await parts_.loader.load(std::move(code), nullptr);
  if (!program) co_return std::unexpected(failed(name, DeployFailure(program.error())));

  Function after = *before;
  ++after.revision;
  after.live = version;
  after.inspection = std::move(inspection);
  auto moved = std::make_shared<const Function>(std::move(after));
  std::vector<Plan> plans;
  plans.push_back({Effect::Changed, {before, moved}, *std::move(program)});
  auto silent = [](const FunctionName&, DeployStage) {};
  CO_RETURN_IF_ERROR(co_await commit(plans, DeployMode::Commit, silent));
  co_return Deployed{Effect::Changed, std::move(moved)};
}

Task<void> FunctionDeployer::delete_one(FunctionName name, Precondition precondition) {
  std::vector<std::string> names = {name.text()};
  auto turn = co_await functions_.take(std::move(names));
  auto before = parts_.catalog.find(name);
  CO_RETURN_IF_ERROR(check(precondition, before.get()));
  if (before == nullptr) co_return std::unexpected(no_function(name));
  co_return co_await delete_held(std::move(before));
}

// Whoever calls has a turn on its name.
Task<void> FunctionDeployer::delete_held(std::shared_ptr<const Function> function) {
  std::vector<Plan> plans;
  plans.push_back({Effect::Changed, {std::move(function), nullptr}});
  auto silent = [](const FunctionName&, DeployStage) {};
  co_return co_await commit(plans, DeployMode::Commit, silent);
}

Task<StoredModule> FunctionDeployer::keep_module(std::shared_ptr<const std::string> wasm) {
  CO_ASSIGN_OR_RETURN(auto bytes, co_await parts_.preflight.digested(std::move(wasm)));
  CO_ASSIGN_OR_RETURN(auto module, co_await parts_.preflight.examine(std::move(bytes)));
  auto put = [this, &module] { return world_.blobs.put(module.digest, *module.wasm); };
  CO_RETURN_IF_ERROR(co_await world_.blocking.run(put));
  co_return StoredModule{module.digest, module.wasm->size(), *module.inspection};
}

Task<void> FunctionDeployer::sweep(std::chrono::milliseconds age) {
  auto turn = co_await commits_.pause();
  auto in_use = parts_.catalog.modules_in_use(world_.clock.wall_now(), age);
  auto collect = [this, age, &in_use]() -> Result<std::vector<Digest>> {
    auto is_used = [&in_use](const Digest& digest) { return in_use.contains(digest); };
    ASSIGN_OR_RETURN(auto before, world_.blobs.list());
    ASSIGN_OR_RETURN([[maybe_unused]] auto count, world_.blobs.collect(age, is_used));
    std::vector<Digest> gone;
    for (const auto& blob : before) {
      if (world_.blobs.has(blob.digest)) continue;
      RETURN_IF_ERROR(world_.cache.remove(blob.digest.hex()));
      gone.push_back(blob.digest);
    }
    return gone;
  };
  CO_ASSIGN_OR_RETURN(auto gone, co_await world_.blocking.run(collect));
  co_return co_await parts_.catalog.forget(std::move(gone));
}

}  // namespace rockpool::platform
