#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.h"
#include "platform/deploy/commit_line.h"
#include "platform/deploy/deploy_plan.h"
#include "platform/deploy/deployer.h"
#include "platform/deploy/preflight.h"
#include "platform/deploy/turns.h"
#include "platform/functions/catalog.h"
#include "platform/functions/links.h"
#include "platform/serving/publisher.h"
#include "platform/world.h"

namespace rockpool::platform {

// The deployer of a platform. Everything it keeps belongs to the home reactor, where every change
// runs, whoever awaits it.
class FunctionDeployer final : public Deployer {
 public:
  // What it works on; outlives it.
  struct Parts {
    Catalog& catalog;
    Publisher& live;
    Preflight& preflight;
    ProgramLoader& loader;
  };

  FunctionDeployer(const World& world, const Parts& parts);

  asio::awaitable<DeployResult<Deployed>> deploy(FunctionChange change, DeployMode mode,
                                                 OnStage on_stage) override;
  asio::awaitable<DeployResult<std::vector<Deployed>>> deploy_all(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage) override;
  asio::awaitable<DeployResult<Deployed>> deploy_origin(OriginChange change,
                                                        OnStage on_stage) override;
  asio::awaitable<DeployResult<Deployed>> rollback(FunctionName name,
                                                   std::optional<std::uint64_t> to,
                                                   Precondition precondition) override;
  Task<void> remove(FunctionName name, Precondition precondition) override;
  Task<void> remove_origin(Origin origin) override;
  Task<StoredModule> store_module(std::string bytes) override;

  // Removes modules and machine code that nothing refers to any more.
  Task<void> collect_garbage(std::chrono::milliseconds age);
  // Returns when no change is running. On the home reactor.
  asio::awaitable<void> wait();

 private:
  using Plan = DeployPlan;
  // A version in the making.
  struct Candidate {
    const FunctionName& name;
    const Function* before;
    const FunctionSettings& settings;
    const engine::Inspection& inspection;
    bool has_new_module;
  };
  class Running;

  template <class T>
  asio::awaitable<T> at_home(asio::awaitable<T> work);
  template <class T>
  asio::awaitable<void> keep_result(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> to);

  // Puts the bytes of an image in its place and says where they are from. Unlike the change itself,
  // this ends with its caller. The arguments outlive the task.
  Task<void> fetch_image(std::optional<ModuleSource>& module, std::optional<PinnedImage>& image);
  asio::awaitable<DeployResult<std::vector<Deployed>>> change_all(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage);
  asio::awaitable<DeployResult<std::vector<Deployed>>> change_held(
      std::vector<FunctionChange> changes, std::vector<FunctionName> removals, DeployMode mode,
      OnStage on_stage);
  asio::awaitable<DeployResult<Deployed>> change_origin(OriginChange change, OnStage on_stage);
  asio::awaitable<DeployResult<Deployed>> move_live(FunctionName name,
                                                    std::optional<std::uint64_t> to,
                                                    Precondition precondition);
  Task<void> delete_one(FunctionName name, Precondition precondition);
  Task<void> delete_origin(Origin origin);
  Task<void> delete_held(std::shared_ptr<const Function> function);
  // A function's turn, and the function that has the origin; null if there is none, the turn is for
  // the name then that it shall get.
  struct OriginTurn {
    Turns::Held held;
    FunctionName name;
    std::shared_ptr<const Function> function;
  };
  asio::awaitable<OriginTurn> take_origin(const Origin& origin);
  Task<StoredModule> keep_module(std::shared_ptr<const std::string> wasm);
  Task<void> sweep(std::chrono::milliseconds age);

  // Those of the live version where neither module nor links change, else as they are pinned now.
  asio::awaitable<DeployResult<PinnedLinks>> links_of(const Candidate& candidate,
                                                      const std::vector<Plan>& plans) const;
  Task<PinnedLinks> kept_links(const Version& version) const;
  // The places of the changes, each behind those that it is linked to.
  Result<std::vector<std::size_t>> order_of(const std::vector<FunctionChange>& changes) const;
  // `plans` are those of the same deployment that are ready.
  asio::awaitable<DeployResult<Plan>> prepare(FunctionChange change, const std::vector<Plan>& plans,
                                              OnStage on_stage);
  Task<ModuleBytes> bytes_of(FunctionChange& change, const Function* before);
  Result<FunctionSettings> settings_of(const FunctionChange& change, const Function* before) const;
  std::shared_ptr<const Function> with_new_version(const FunctionChange& change,
                                                   const Function* before, Version version,
                                                   const Examined& module) const;
  Task<void> commit(const std::vector<Plan>& plans, DeployMode mode, const OnStage& on_stage);
  Task<void> store_modules(const std::vector<Plan>& plans);

  const World world_;
  const Parts parts_;
  Turns functions_;  // by name
  Turns origins_;    // by dialect and name; taken before the function's own
  CommitLine commits_;
  std::size_t running_ = 0;
  async::Event idle_;
};

}  // namespace rockpool::platform
