#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "platform/functions/deployment.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// Changes functions. What it acknowledges is durable and live; what fails leaves nothing behind.
//
// Changes of the same function take their turns, those of different ones run side by side. All
// methods may be awaited on any reactor; once begun, a change runs to its end even if whoever
// awaits it is cancelled. Images are fetched before that, and no longer than somebody awaits them.
class Deployer {
 public:
  virtual ~Deployer() = default;

  // Fails with module-too-large, invalid-module, module-unsupported, module-not-found,
  // no-entry-point, import-missing, compile-limit, start-failed, route-taken, invalid-argument,
  // unknown-field, precondition-failed, function-not-found or storage-full; with an image, also as
  // registry::Puller does.
  virtual asio::awaitable<DeployResult<Deployed>> deploy(FunctionChange change, DeployMode mode,
                                                         OnStage on_stage) = 0;

  // All of them or none, in one commit; `removals` are deleted with it (absent ones are no error).
  // A function named twice is invalid-argument. The answers stand in the order of `changes`.
  virtual asio::awaitable<DeployResult<std::vector<Deployed>>> deploy_all(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage) = 0;

  // Deploys the function of a dialect. A new one gets the first of these names that is free: what
  // the origin's name gives (FunctionName::derive), the same with -2, -3, …. Fails as deploy()
  // does.
  virtual asio::awaitable<DeployResult<Deployed>> deploy_origin(OriginChange change,
                                                                OnStage on_stage) = 0;

  // Makes version `to`, or the next lower one kept, the live one. Fails with function-not-found,
  // version-not-found or precondition-failed; route-taken if another function has its route now.
  virtual asio::awaitable<DeployResult<Deployed>> rollback(FunctionName name,
                                                           std::optional<std::uint64_t> to,
                                                           Precondition precondition) = 0;

  // Fails with function-not-found or precondition-failed.
  virtual Task<void> remove(FunctionName name, Precondition precondition) = 0;

  // The same for the function of a dialect.
  virtual Task<void> remove_origin(Origin origin) = 0;

  // Stores a module for later changes to name. Fails with module-too-large, invalid-module,
  // module-unsupported or storage-full.
  virtual Task<StoredModule> store_module(std::string bytes) = 0;
};

}  // namespace rockpool::platform
