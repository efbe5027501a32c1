#include "platform/deploy/deploy_plan.h"

#include <fmt/format.h>

#include <utility>

#include "json/value.h"
#include "platform/deploy/function_deployer.h"

// The part of the deployer that makes a plan of a change.

namespace rockpool::platform {
namespace {

std::shared_ptr<const Function> find_planned(const std::vector<DeployPlan>& plans,
                                             const FunctionName& name) {
  for (const DeployPlan& plan : plans) {
    if (plan.change.after != nullptr && plan.change.after->name == name) return plan.change.after;
  }
  return nullptr;
}

}  // namespace

Error no_function(const FunctionName& name) {
  return {ErrorCode::FunctionNotFound, fmt::format("there is no function '{}'", name.text())};
}

Result<std::vector<std::size_t>> FunctionDeployer::order_of(
    const std::vector<FunctionChange>& changes) const {
  std::vector<LinkNames> functions;
  for (const FunctionChange& change : changes) {
    LinkNames& function = functions.emplace_back(LinkNames{.name = change.name, .targets = {}});
    auto settings = settings_of(change, parts_.catalog.find(change.name).get());
    if (!settings) continue;  // told when it is this change's turn
    for (const auto& [import, target] : settings->links) function.targets.push_back(target);
  }
  return link_order(functions);
}

Result<FunctionSettings> FunctionDeployer::settings_of(const FunctionChange& change,
                                                       const Function* before) const {
  FunctionSettings base = before == nullptr ? FunctionSettings() : before->live->settings;
  if (const auto* replaced = std::get_if<FunctionSettings>(&change.settings)) return *replaced;
  if (const auto* merged = std::get_if<MergeSettings>(&change.settings)) {
    return settings_from_json(json::merge_patch(to_json(base), merged->patch));
  }
  return base;
}

// As the change has them, or as they are stored.
Task<ModuleBytes> FunctionDeployer::bytes_of(FunctionChange& change, const Function* before) {
  if (!change.module && before == nullptr) {
    co_return fail(ErrorCode::InvalidArgument, "module: is missing, and the function is new");
  }
  if (change.module) {
    if (auto* bytes = std::get_if<std::string>(&*change.module)) {
      auto wasm = std::make_shared<const std::string>(std::move(*bytes));
      co_return co_await parts_.preflight.digested(std::move(wasm));
    }
    if (auto* pulled = std::get_if<registry::PulledModule>(&*change.module)) {
      auto wasm = std::make_shared<const std::string>(std::move(pulled->wasm));
      co_return ModuleBytes{pulled->wasm_digest, std::move(wasm)};
    }
  }
  Digest digest = change.module ? std::get<Digest>(*change.module) : before->live->digest;
  auto read = [this, &digest] { return world_.blobs.read(digest); };
  auto bytes = co_await world_.blocking.run(read);
  if (!bytes && bytes.error().code() == ErrorCode::NotFound) {
    co_return fail(ErrorCode::ModuleNotFound, fmt::format("no module {} is stored", digest.text()));
  }
  if (!bytes) co_return std::unexpected(bytes.error());
  co_return ModuleBytes{digest, std::make_shared<const std::string>(*std::move(bytes))};
}

asio::awaitable<DeployResult<PinnedLinks>> FunctionDeployer::links_of(
    const Candidate& candidate, const std::vector<Plan>& plans) const {
  bool keeps = !candidate.has_new_module && candidate.before != nullptr &&
               candidate.before->live->settings.links == candidate.settings.links;
  if (keeps) {
    CO_ASSIGN_OR_RETURN(auto kept, co_await kept_links(*candidate.before->live));
    co_return kept;
  }
  auto find = [this, &plans](const FunctionName& name) {
    auto planned = find_planned(plans, name);
    return planned != nullptr ? planned : parts_.catalog.find(name);
  };
  co_return pin_links(candidate.name, candidate.inspection, candidate.settings.links, find);
}

Task<PinnedLinks> FunctionDeployer::kept_links(const Version& version) const {
  PinnedLinks kept{.links = version.links, .exports = {}, .inspections = {}};
  for (const engine::Link& link : version.links.own) {
    const LinkedFunction& linked = version.links.functions[link.index];
    auto digest = linked.module.digest;
    CO_ASSIGN_OR_RETURN(auto inspection, co_await parts_.catalog.inspection(digest));
    kept.exports.push_back(
        {.import = link.import, .function = linked.name.text(), .inspection = inspection.get()});
    kept.inspections.push_back(std::move(inspection));
  }
  co_return kept;
}

asio::awaitable<DeployResult<FunctionDeployer::Plan>> FunctionDeployer::prepare(
    FunctionChange change, const std::vector<Plan>& plans, OnStage on_stage) {
  auto before = parts_.catalog.find(change.name);
  CO_RETURN_IF_ERROR(check(change.precondition, before.get()));
  if (before == nullptr && change.if_absent == IfAbsent::Refuse) {
    co_return std::unexpected(DeployFailure(no_function(change.name)));
  }
  CO_ASSIGN_OR_RETURN(auto settings, settings_of(change, before.get()));
  Plan unchanged{Effect::Unchanged, {before, before}};
  bool same_settings = before != nullptr && before->live->settings == settings;
  if (same_settings && !change.module) co_return unchanged;

  on_stage(change.name, DeployStage::Inspecting);
  bool has_new_module = change.module.has_value();
  CO_ASSIGN_OR_RETURN(auto bytes, co_await bytes_of(change, before.get()));
  change.module.reset();
  CO_ASSIGN_OR_RETURN(auto module, co_await parts_.preflight.examine(std::move(bytes)));
  if (change.accepts) CO_RETURN_IF_ERROR(change.accepts(*module.inspection));
  Candidate candidate{change.name, before.get(), settings, *module.inspection, has_new_module};
  auto pinned = co_await links_of(candidate, plans);
  if (!pinned) co_return std::unexpected(std::move(pinned).error());
  bool same_module = before != nullptr && before->live->digest == module.digest;
  auto image = std::move(change.image);
  if (!image && same_module) image = before->live->image;
  bool same_origins =
      same_module && before->live->image == image && before->live->links == pinned->links;
  if (same_settings && same_origins) {
    unchanged.wasm = module.wasm;  // stored again, in case it got lost
    co_return unchanged;
  }
  CO_ASSIGN_OR_RETURN(auto abi, choose_abi(*module.inspection, settings));
  CO_RETURN_IF_ERROR(co_await parts_.preflight.check(module, abi, settings));
  Version version{.number = before == nullptr ? 1 : before->last_number + 1,
                  .digest = module.digest,
                  .size_bytes = module.wasm->size(),
                  .abi = abi,
                  .settings = std::move(settings),
                  .created = world_.clock.wall_now(),
                  .image = std::move(image),
                  .links = std::move(pinned->links)};
  auto name = change.name;
  auto stage = [&on_stage, &name](DeployStage begun) { on_stage(name, begun); };
  auto program = co_await parts_.preflight.try_out(module, version, pinned->exports, stage);
  if (!program) co_return std::unexpected(std::move(program).error());
  auto after = with_new_version(change, before.get(), std::move(version), module);
  co_return Plan{before == nullptr ? Effect::Created : Effect::Changed,
                 {before, std::move(after)},
                 *std::move(program),
                 std::move(module.wasm)};
}

std::shared_ptr<const Function> FunctionDeployer::with_new_version(const FunctionChange& change,
                                                                   const Function* before,
                                                                   Version version,
                                                                   const Examined& module) const {
  auto live = std::make_shared<const Version>(std::move(version));
  Function after =
      before != nullptr
          ? *before
          : Function{.name = change.name, .created = live->created, .origin = change.origin};
  ++after.revision;
  after.last_number = live->number;
  after.live = live;
  after.inspection = module.inspection;
  after.versions.insert(after.versions.begin(), live);
  if (after.versions.size() > kVersionsKept) after.versions.resize(kVersionsKept);
  return std::make_shared<const Function>(std::move(after));
}

}  // namespace rockpool::platform
