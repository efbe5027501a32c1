#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.h"
#include "platform/catalog.h"
#include "platform/deployer.h"
#include "platform/live_functions.h"
#include "platform/preflight.h"
#include "platform/turns.h"
#include "platform/world.h"

namespace rockpool::platform {

// The deployer of a platform. Everything it keeps belongs to the home reactor, where every change
// runs, whoever awaits it.
class FunctionDeployer final : public Deployer {
 public:
  // What it works on; outlives it.
  struct Parts {
    Catalog& catalog;
    LiveFunctions& live;
    Preflight& preflight;
    ProgramLoader& loader;
  };

  FunctionDeployer(const World& world, const Parts& parts);

  asio::awaitable<DeployResult<Deployed>> deploy(FunctionChange change, DeployMode mode,
                                                 OnStage on_stage) override;
  asio::awaitable<DeployResult<std::vector<Deployed>>> deploy_all(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage) override;
  asio::awaitable<DeployResult<Deployed>> rollback(FunctionName name,
                                                   std::optional<std::uint64_t> to,
                                                   Precondition precondition) override;
  Task<void> remove(FunctionName name, Precondition precondition) override;
  Task<StoredModule> store_module(std::string bytes) override;

  // Removes modules and machine code that nothing refers to any more.
  Task<void> collect_garbage(std::chrono::milliseconds age);
  // Returns when no change is running. On the home reactor.
  asio::awaitable<void> wait();

 private:
  // A change that is ready to be committed.
  struct Plan {
    Effect effect = Effect::Unchanged;
    Catalog::Change change = {};
    std::shared_ptr<const engine::Program> program = {};
    std::shared_ptr<const std::string> wasm = {};  // to be stored first
  };
  class Running;

  template <class T>
  asio::awaitable<T> at_home(asio::awaitable<T> work);
  template <class T>
  asio::awaitable<void> keep_result(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> to);

  asio::awaitable<DeployResult<std::vector<Deployed>>> change_all(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage);
  asio::awaitable<DeployResult<Deployed>> move_live(FunctionName name,
                                                    std::optional<std::uint64_t> to,
                                                    Precondition precondition);
  Task<void> delete_one(FunctionName name, Precondition precondition);
  Task<StoredModule> keep_module(std::shared_ptr<const std::string> wasm);
  Task<void> sweep(std::chrono::milliseconds age);

  asio::awaitable<DeployResult<Plan>> prepare(FunctionChange change, OnStage on_stage);
  Task<std::shared_ptr<const std::string>> bytes_of(FunctionChange& change, const Function* before);
  Result<FunctionSettings> settings_of(const FunctionChange& change, const Function* before) const;
  std::shared_ptr<const Function> with_new_version(const FunctionChange& change,
                                                   const Function* before, Version version,
                                                   const Examined& module) const;
  Task<void> commit(std::vector<Plan>& plans, DeployMode mode, const OnStage& on_stage);
  Task<void> store_modules(const std::vector<Plan>& plans);
  Result<void> check_routes(const std::vector<Plan>& plans) const;

  const World world_;
  const Parts parts_;
  Turns functions_;  // by name
  Turns commits_;    // of one name: they follow one another
  std::size_t running_ = 0;
  async::Event idle_;
};

}  // namespace rockpool::platform
