#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/platform.h"
#include "platform/serving/served_version.h"

namespace rockpool::api {

// How a fake guest answers: at once, or after it waited on the reactor.
struct FakeGuest {
  http::ResponseHead head{200};
  std::string body = "hello";
  std::optional<Error> failure;
  std::string_view allow = {};
  bool waits = false;          // finish() answers, not begin()
  bool waits_forever = false;  // only cancellation ends it
  bool streams = false;
};

// Runs no guests: answers as its FakeGuest says, and remembers what it was asked.
class FakeInvoker final : public platform::Invoker {
 public:
  std::unique_ptr<platform::Invocation> prepare(async::Reactor& home,
                                                platform::Destination destination,
                                                const platform::InvocationRequest& request,
                                                engine::BodySource* body,
                                                platform::AnswerSink& sink) override;

  FakeGuest guest;
  // Of the last call.
  std::string method;
  std::string path_with_query;
  std::string authority;
  std::string request_id;
  std::string traceparent;
  std::optional<engine::Limits> limits;
  std::string remote_address;
  std::string server_name;
  std::string server_port;
  std::string request_body;
  std::vector<std::pair<std::string, std::string>> headers;
  int ended = 0;  // invocations destroyed
};

// Deploys into memory, or fails as told.
class FakeDeployer final : public platform::Deployer {
 public:
  using Functions = std::map<std::string, std::shared_ptr<const platform::Function>, std::less<>>;

  explicit FakeDeployer(Functions& functions) : functions_(functions) {}

  async::asio::awaitable<platform::DeployResult<platform::Deployed>> deploy(
      platform::FunctionChange change, platform::DeployMode mode,
      platform::OnStage on_stage) override;
  async::asio::awaitable<platform::DeployResult<std::vector<platform::Deployed>>> deploy_all(
      std::vector<platform::FunctionChange> changes, std::vector<FunctionName> removals,
      platform::DeployMode mode, platform::OnStage on_stage) override;
  // No function here has an origin.
  async::asio::awaitable<platform::DeployResult<platform::Deployed>> deploy_origin(
      platform::OriginChange change, platform::OnStage on_stage) override;
  Task<void> remove_origin(platform::Origin origin) override;
  async::asio::awaitable<platform::DeployResult<platform::Deployed>> rollback(
      FunctionName name, std::optional<std::uint64_t> to,
      platform::Precondition precondition) override;
  Task<void> remove(FunctionName name, platform::Precondition precondition) override;
  Task<platform::StoredModule> store_module(std::string bytes) override;

  std::optional<platform::DeployFailure> failure;
  std::vector<platform::DeployStage> stages;  // told before the outcome
  int writes = 0;                             // changes that took effect
  std::optional<platform::FunctionChange> last_change;
  std::optional<platform::DeployMode> last_mode;
  std::optional<std::uint64_t> last_rollback;

 private:
  Functions& functions_;
};

// Functions answer at /NAME; there is nothing behind them.
class FakePlatform final : public platform::Platform {
 public:
  FakePlatform();

  void add(std::string_view name, engine::Abi abi = engine::Abi::Http,
           platform::FunctionSettings settings = {});

  Result<platform::Destination> route(async::Reactor& reactor, std::string_view host,
                                      std::string_view path) override;
  Result<platform::Destination> route_to(async::Reactor& reactor, const FunctionName& name,
                                         std::string_view path) override;
  Result<platform::Destination> destination_of(async::Reactor& reactor,
                                               const FunctionName& name) override;
  platform::Invoker& invoker() override { return fake_invoker; }
  platform::Deployer& deployer() override { return fake_deployer; }
  Result<std::shared_ptr<const platform::Function>> find(const FunctionName& name) const override;
  platform::FunctionPage list(std::string_view after, std::size_t limit) const override;
  Result<std::shared_ptr<const platform::Function>> find_origin(
      const platform::Origin& origin) const override;
  platform::FunctionPage list_origin(std::string_view dialect, std::string_view after,
                                     std::size_t limit) const override;
  std::size_t count_origin(std::string_view dialect) const override;
  Task<std::string> module(Digest digest) override;
  Result<std::shared_ptr<logs::LogRing>> log_of(const FunctionName& name) const override;
  Task<platform::StatePage> states_of(FunctionName name, std::optional<std::string> after,
                                      std::size_t limit) override;
  Task<void> erase_state(FunctionName name, std::string key) override;
  async::asio::awaitable<void> stop() override;

  std::vector<std::string> states;  // keys, in order; of each function
  FakeDeployer::Functions functions;
  FakeInvoker fake_invoker;
  FakeDeployer fake_deployer;
  std::shared_ptr<logs::LogRing> log;
};

// A function of that name, live in version 1.
std::shared_ptr<const platform::Function> fake_function(std::string_view name, engine::Abi abi,
                                                        platform::FunctionSettings settings);

}  // namespace rockpool::api
