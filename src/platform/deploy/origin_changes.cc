#include <fmt/format.h>

#include <utility>

#include "platform/deploy/function_deployer.h"
#include "platform/functions/origin_name.h"

// The part of the deployer that works for dialects: which function an origin means, and how a new
// one is called.

namespace rockpool::platform {
namespace {

std::unexpected<Error> no_function_of(const Origin& origin) {
  return fail(ErrorCode::FunctionNotFound, fmt::format("there is no function '{}'", origin.name));
}

}  // namespace

// The name may be given to another while this waits for its turn on it; so it looks again.
asio::awaitable<FunctionDeployer::OriginTurn> FunctionDeployer::take_origin(const Origin& origin) {
  auto is_free = [this](const FunctionName& name) { return parts_.catalog.find(name) == nullptr; };
  for (;;) {
    auto known = parts_.live.find(origin);
    auto name = known != nullptr ? known->name : origin_name(origin, is_free);
    std::vector<std::string> names = {name.text()};
    auto held = co_await functions_.take(std::move(names));
    auto function = parts_.catalog.find(name);
    bool is_own = function != nullptr && function->origin == origin;
    if (function != nullptr && !is_own) continue;
    co_return OriginTurn{std::move(held), std::move(name), std::move(function)};
  }
}

asio::awaitable<DeployResult<Deployed>> FunctionDeployer::change_origin(OriginChange change,
                                                                        OnStage on_stage) {
  if (!on_stage) on_stage = [](const FunctionName&, DeployStage) {};
  std::vector<std::string> key = {turn_of(change.origin)};
  auto origin_turn = co_await origins_.take(std::move(key));
  auto turn = co_await take_origin(change.origin);
  if (turn.function == nullptr && change.if_absent == IfAbsent::Refuse) {
    co_return std::unexpected(DeployFailure(no_function_of(change.origin).error()));
  }
  std::vector<FunctionChange> changes;
  changes.push_back({.name = turn.name,
                     .module = std::move(change.module),
                     .image = std::move(change.image),
                     .settings = std::move(change.settings),
                     .precondition = std::move(change.precondition),
                     .origin = std::move(change.origin),
                     .accepts = std::move(change.accepts)});
  std::vector<FunctionName> removals;
  auto deployed = co_await change_held(std::move(changes), std::move(removals), DeployMode::Commit,
                                       std::move(on_stage));
  if (!deployed) co_return std::unexpected(std::move(deployed).error());
  co_return std::move(deployed->front());
}

Task<void> FunctionDeployer::delete_origin(Origin origin) {
  std::vector<std::string> key = {turn_of(origin)};
  auto origin_turn = co_await origins_.take(std::move(key));
  auto turn = co_await take_origin(origin);
  if (turn.function == nullptr) co_return no_function_of(origin);
  co_return co_await delete_held(std::move(turn.function));
}

}  // namespace rockpool::platform
