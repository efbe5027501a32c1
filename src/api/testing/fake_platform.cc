#include "api/testing/fake_platform.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rockpool::api {
namespace {

namespace asio = async::asio;
using platform::AnswerState;
using platform::Deployed;
using platform::DeployMode;
using platform::DeployResult;
using platform::Effect;

class FakeInvocation final : public platform::Invocation {
 public:
  FakeInvocation(FakeInvoker& invoker, engine::BodySource* body, platform::AnswerSink& sink)
      : invoker_(invoker), body_(body), sink_(sink) {}
  ~FakeInvocation() override { ++invoker_.ended; }

  std::optional<platform::InvocationOutcome> begin() override {
    const auto& guest = invoker_.guest;
    bool has_whole_body = body_ == nullptr || body_->whole();
    if (guest.waits || guest.waits_forever || guest.streams || !has_whole_body) return std::nullopt;
    if (body_ != nullptr) invoker_.request_body = *body_->whole();
    return answer();
  }

  asio::awaitable<platform::InvocationOutcome> finish() override {
    const auto& guest = invoker_.guest;
    if (guest.waits_forever) {
      auto executor = co_await asio::this_coro::executor;
      asio::steady_timer never(executor, asio::steady_timer::time_point::max());
      auto token = asio::use_awaitable;
      co_await never.async_wait(token);
    }
    while (body_ != nullptr) {
      auto piece = co_await body_->read(4096);
      if (!piece || piece->empty()) break;
      invoker_.request_body += *piece;
    }
    if (guest.streams) {
      (void)co_await sink_.start(guest.head, std::nullopt);
      (void)co_await sink_.write(guest.body);
      (void)co_await sink_.finish();
      co_return outcome(AnswerState::Answered);
    }
    co_return answer();
  }

 private:
  platform::InvocationOutcome answer() {
    const auto& guest = invoker_.guest;
    if (guest.failure) return outcome(AnswerState::Unanswered);
    sink_.answer(guest.head, guest.body);
    return outcome(AnswerState::Answered);
  }

  platform::InvocationOutcome outcome(AnswerState state) {
    platform::InvocationOutcome outcome;
    outcome.answer = state;
    outcome.failure = invoker_.guest.failure;
    outcome.allow = invoker_.guest.allow;
    outcome.duration = std::chrono::microseconds(1500);
    outcome.usage.cpu = std::chrono::microseconds(700);
    outcome.usage.peak_memory_bytes = 65536;
    return outcome;
  }

  FakeInvoker& invoker_;
  engine::BodySource* body_;
  platform::AnswerSink& sink_;
};

}  // namespace

std::shared_ptr<const platform::Function> fake_function(std::string_view name, engine::Abi abi,
                                                        platform::FunctionSettings settings) {
  auto version = std::make_shared<platform::Version>(
      platform::Version{.number = 1,
                        .digest = Digest::of(name),
                        .size_bytes = 100,
                        .abi = abi,
                        .settings = std::move(settings),
                        .created = WallTime(std::chrono::seconds(1'700'000'000))});
  platform::Function function{.name = *FunctionName::parse(name),
                              .created = version->created,
                              .revision = 1,
                              .last_number = 1,
                              .live = version,
                              .versions = {version},
                              .inspection = std::make_shared<engine::Inspection>()};
  return std::make_shared<platform::Function>(std::move(function));
}

std::unique_ptr<platform::Invocation> FakeInvoker::prepare(
    async::Reactor& /*home*/, platform::Destination /*destination*/,
    const platform::InvocationRequest& request, engine::BodySource* body,
    platform::AnswerSink& sink) {
  method = request.method;
  path_with_query = request.path_with_query;
  authority = request.authority;
  request_id = request.request_id;
  traceparent = request.traceparent;
  limits = request.limits;
  remote_address = request.remote_address;
  server_name = request.server_name;
  server_port = request.server_port;
  headers.assign(request.headers.begin(), request.headers.end());
  return std::make_unique<FakeInvocation>(*this, body, sink);
}

asio::awaitable<DeployResult<Deployed>> FakeDeployer::deploy(platform::FunctionChange change,
                                                             DeployMode mode,
                                                             platform::OnStage on_stage) {
  for (auto stage : stages) on_stage(change.name, stage);
  last_change = change;
  last_mode = mode;
  if (failure) co_return std::unexpected(*failure);
  auto known = functions_.find(change.name.text());
  auto held = platform::check(change.precondition,
                              known == functions_.end() ? nullptr : known->second.get());
  if (!held) co_return std::unexpected(held.error());
  if (known == functions_.end() && change.if_absent == platform::IfAbsent::Refuse) {
    co_return std::unexpected(Error(ErrorCode::FunctionNotFound, "no such function"));
  }
  auto function = fake_function(change.name.text(), engine::Abi::Http, {});
  Effect effect = known == functions_.end() ? Effect::Created : Effect::Changed;
  if (mode == DeployMode::Commit) {
    ++writes;
    functions_[change.name.text()] = function;
  }
  co_return Deployed{.effect = effect, .function = function};
}

asio::awaitable<DeployResult<std::vector<Deployed>>> FakeDeployer::deploy_all(
    std::vector<platform::FunctionChange> changes, std::vector<FunctionName> removals,
    DeployMode mode, platform::OnStage on_stage) {
  std::vector<Deployed> all;
  for (auto& change : changes) {
    auto deployed = co_await deploy(std::move(change), mode, on_stage);
    if (!deployed) co_return std::unexpected(deployed.error());
    all.push_back(*deployed);
  }
  for (const auto& name : removals) functions_.erase(name.text());
  co_return all;
}

asio::awaitable<DeployResult<Deployed>> FakeDeployer::deploy_origin(
    platform::OriginChange /*change*/, platform::OnStage /*on_stage*/) {
  co_return std::unexpected(Error(ErrorCode::FunctionNotFound, "no such function"));
}

Task<void> FakeDeployer::remove_origin(platform::Origin /*origin*/) {
  co_return fail(ErrorCode::FunctionNotFound, "no such function");
}

asio::awaitable<DeployResult<Deployed>> FakeDeployer::rollback(
    FunctionName name, std::optional<std::uint64_t> to, platform::Precondition /*precondition*/) {
  last_rollback = to.value_or(0);
  auto known = functions_.find(name.text());
  if (known == functions_.end()) {
    co_return std::unexpected(Error(ErrorCode::FunctionNotFound, "no such function"));
  }
  if (to.value_or(1) != 1) {
    co_return std::unexpected(Error(ErrorCode::VersionNotFound, "no such version"));
  }
  ++writes;
  co_return Deployed{.effect = Effect::Changed, .function = known->second};
}

Task<void> FakeDeployer::remove(FunctionName name, platform::Precondition /*precondition*/) {
  if (functions_.erase(name.text()) == 0) {
    co_return fail(ErrorCode::FunctionNotFound, "no such function");
  }
  ++writes;
  co_return Result<void>();
}

Task<platform::StoredModule> FakeDeployer::store_module(std::string bytes) {
  ++writes;
  co_return platform::StoredModule{
      .digest = Digest::of(bytes), .size_bytes = bytes.size(), .inspection = {}};
}

FakePlatform::FakePlatform()
    : fake_deployer(functions),
      log(std::make_shared<logs::LogRing>("hello", logs::LogLimits(), system_clock())) {}

void FakePlatform::add(std::string_view name, engine::Abi abi,
                       platform::FunctionSettings settings) {
  functions[std::string(name)] = fake_function(name, abi, std::move(settings));
}

Result<platform::Destination> FakePlatform::route(async::Reactor& reactor,
                                                  std::string_view /*host*/,
                                                  std::string_view path) {
  std::string_view name = path.substr(1, path.find('/', 1) - 1);
  auto parsed = FunctionName::parse(name);
  if (!parsed) return fail(ErrorCode::FunctionNotFound, "no function answers there");
  return route_to(reactor, *parsed, path);
}

Result<platform::Destination> FakePlatform::route_to(async::Reactor& /*reactor*/,
                                                     const FunctionName& name,
                                                     std::string_view /*path*/) {
  ASSIGN_OR_RETURN(auto function, find(name));
  auto served = std::make_shared<platform::ServedVersion>();
  served->function = function;
  auto local = std::make_shared<platform::LocalVersion>();
  local->shared = served;
  return platform::Destination{.local = local};
}

Result<platform::Destination> FakePlatform::destination_of(async::Reactor& reactor,
                                                           const FunctionName& name) {
  return route_to(reactor, name, "/");
}

Result<std::shared_ptr<const platform::Function>> FakePlatform::find_origin(
    const platform::Origin& /*origin*/) const {
  return fail(ErrorCode::FunctionNotFound, "no such function");
}

platform::FunctionPage FakePlatform::list_origin(std::string_view /*dialect*/,
                                                 std::string_view /*after*/,
                                                 std::size_t /*limit*/) const {
  return {};
}

std::size_t FakePlatform::count_origin(std::string_view /*dialect*/) const {
  return 0;
}

Result<std::shared_ptr<const platform::Function>> FakePlatform::find(
    const FunctionName& name) const {
  auto found = functions.find(name.text());
  if (found == functions.end()) return fail(ErrorCode::FunctionNotFound, "no such function");
  return found->second;
}

platform::FunctionPage FakePlatform::list(std::string_view after, std::size_t limit) const {
  platform::FunctionPage page;
  for (auto next = functions.upper_bound(after); next != functions.end(); ++next) {
    if (page.functions.size() == limit) {
      page.next = page.functions.back()->name.text();
      return page;
    }
    page.functions.push_back(next->second);
  }
  return page;
}

Task<std::string> FakePlatform::module(Digest digest) {
  for (const auto& [name, function] : functions) {
    if (function->live->digest == digest) co_return name;
  }
  co_return fail(ErrorCode::ModuleNotFound, "no such module");
}

Result<std::shared_ptr<logs::LogRing>> FakePlatform::log_of(const FunctionName& name) const {
  RETURN_IF_ERROR(find(name));
  return log;
}

Task<platform::StatePage> FakePlatform::states_of(FunctionName name,
                                                  std::optional<std::string> after,
                                                  std::size_t limit) {
  CO_ASSIGN_OR_RETURN([[maybe_unused]] auto function, find(name));
  platform::StatePage page;
  for (const std::string& key : states) {
    if (after && key <= *after) continue;
    if (page.states.size() == limit) {
      page.next = page.states.back().key;
      break;
    }
    page.states.push_back({.key = key, .saved = WallTime()});
  }
  co_return page;
}

Task<void> FakePlatform::erase_state(FunctionName name, std::string key) {
  CO_ASSIGN_OR_RETURN([[maybe_unused]] auto function, find(name));
  if (std::erase(states, key) == 0) co_return fail(ErrorCode::NotFound, "no such state");
  co_return Result<void>();
}

asio::awaitable<void> FakePlatform::stop() {
  co_return;
}

}  // namespace rockpool::api
