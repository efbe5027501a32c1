#pragma once

#include <memory>

#include "async/task_group.h"
#include "platform/admission/function_metrics.h"
#include "platform/deploy/function_deployer.h"
#include "platform/deploy/preflight.h"
#include "platform/functions/catalog.h"
#include "platform/guests/guest_invocation.h"
#include "platform/outbound/outbound_calls.h"
#include "platform/platform.h"
#include "platform/programs/program_loader.h"
#include "platform/serving/publisher.h"
#include "platform/serving/serving_table.h"

namespace rockpool::platform {

// The platform of a server, built of its parts.
class LivePlatform final : public Platform, private Invoker {
 public:
  LivePlatform(const World& world, PlatformOptions options, std::unique_ptr<Catalog> catalog);

  // Before the reactors start.
  Result<void> open_states() { return states_.open(catalog_->functions()); }

  Result<Destination> route(async::Reactor& reactor, std::string_view host,
                            std::string_view path) override;
  Result<Destination> route_to(async::Reactor& reactor, const FunctionName& name,
                               std::string_view path) override;
  Result<Destination> destination_of(async::Reactor& reactor, const FunctionName& name) override;
  Invoker& invoker() override { return *this; }
  Deployer& deployer() override { return deployer_; }
  Result<std::shared_ptr<const Function>> find(const FunctionName& name) const override;
  Result<std::shared_ptr<const Function>> find_origin(const Origin& origin) const override;
  FunctionPage list(std::string_view after, std::size_t limit) const override;
  FunctionPage list_origin(std::string_view dialect, std::string_view after,
                           std::size_t limit) const override;
  std::size_t count_origin(std::string_view dialect) const override;
  Task<std::string> module(Digest digest) override;
  Result<std::shared_ptr<logs::LogRing>> log_of(const FunctionName& name) const override;
  Task<StatePage> states_of(FunctionName name, std::optional<std::string> after,
                            std::size_t limit) override;
  Task<void> erase_state(FunctionName name, std::string key) override;
  asio::awaitable<void> stop() override;

 private:
  std::unique_ptr<Invocation> prepare(async::Reactor& home, Destination destination,
                                      const InvocationRequest& request, engine::BodySource* body,
                                      AnswerSink& sink) override;
  Result<std::shared_ptr<ServedVersion>> served(const FunctionName& name) const;
  void serve_all();
  Task<void> collect_garbage_now_and_then();
  Task<void> evict_states_now_and_then();

  const World world_;
  const PlatformOptions options_;
  std::unique_ptr<Catalog> catalog_;
  FunctionMetrics function_metrics_;
  ServingTable serving_;
  Publisher publisher_;
  ProgramLoader loader_;
  Preflight preflight_;
  FunctionDeployer deployer_;
  OutboundCalls calls_;
  States states_;
  const LoadProgram load_program_;
  async::TaskGroup background_;
};

}  // namespace rockpool::platform
