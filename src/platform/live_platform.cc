#include "platform/live_platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rockpool::platform {

LivePlatform::LivePlatform(const World& world, PlatformOptions options,
                           std::unique_ptr<Catalog> catalog)
    : world_(world),
      options_(std::move(options)),
      catalog_(std::move(catalog)),
      function_metrics_(world.metrics),
      serving_(world.reactors),
      publisher_(world_, serving_, function_metrics_),
      loader_(world_, options_.compile, options_.parallel_compiles, function_metrics_),
      preflight_(world_, loader_, function_metrics_, options_.max_module_bytes),
      deployer_(world_, {*catalog_, publisher_, preflight_, loader_}),
      calls_(world.reactors, serving_, *this, options_.render_failure, world.log),
      states_(world.store, world.reactors, world.clock, options_.states,
              [&engine = world.engine] { return engine.make_state(); }),
      load_program_([this](std::shared_ptr<const Version> version, engine::BinaryKind kind) {
        return loader_.load(code_of(*version, kind), nullptr);
      }),
      background_("platform", world.home().context().get_executor(),
                  [this](const std::string& group, const Error& error) {
                    world_.log.error(fmt::format("{}: {}", group, error.to_string()));
                  }) {
  catalog_->own(states_);
  serve_all();
  // Posted, as the group belongs to that reactor's thread.
  asio::post(world_.home().context(), [this] {
    background_.spawn(collect_garbage_now_and_then());
    background_.spawn(evict_states_now_and_then());
  });
}

void LivePlatform::serve_all() {
  std::vector<Publisher::Update> updates;
  for (const auto& [name, function] : catalog_->functions()) updates.push_back({name, function});
  publisher_.update(std::move(updates));
}

Result<Destination> LivePlatform::route(async::Reactor& reactor, std::string_view host,
                                        std::string_view path) {
  return serving_.route(reactor.index(), host, path);
}

Result<Destination> LivePlatform::route_to(async::Reactor& reactor, const FunctionName& name,
                                           std::string_view path) {
  return serving_.route_to(reactor.index(), name, path);
}

std::unique_ptr<Invocation> LivePlatform::prepare(async::Reactor& home, Destination destination,
                                                  const InvocationRequest& request,
                                                  engine::BodySource* body, AnswerSink& sink) {
  InvocationParts parts{world_.engine,     world_.clock, load_program_, serving_,
                        function_metrics_, calls_,       states_};
  GuestInvocation::Ends ends{home, request, body, sink};
  return std::make_unique<GuestInvocation>(parts, ends, std::move(destination), kMaxRedirects);
}

Result<Destination> LivePlatform::destination_of(async::Reactor& reactor,
                                                 const FunctionName& name) {
  return serving_.destination_of(reactor.index(), name);
}

Result<std::shared_ptr<ServedVersion>> LivePlatform::served(const FunctionName& name) const {
  if (auto version = serving_.find(name)) return version;
  return fail(ErrorCode::FunctionNotFound, fmt::format("there is no function '{}'", name.text()));
}

Result<std::shared_ptr<const Function>> LivePlatform::find(const FunctionName& name) const {
  ASSIGN_OR_RETURN(auto version, served(name));
  return version->function;
}

Result<std::shared_ptr<const Function>> LivePlatform::find_origin(const Origin& origin) const {
  if (auto version = serving_.find(origin)) return version->function;
  return fail(ErrorCode::FunctionNotFound, fmt::format("there is no function '{}'", origin.name));
}

FunctionPage LivePlatform::list(std::string_view after, std::size_t limit) const {
  return serving_.list(after, limit);
}

FunctionPage LivePlatform::list_origin(std::string_view dialect, std::string_view after,
                                       std::size_t limit) const {
  return serving_.list(dialect, after, limit);
}

std::size_t LivePlatform::count_origin(std::string_view dialect) const {
  return serving_.count(dialect);
}

Task<std::string> LivePlatform::module(Digest digest) {
  auto read = [this, &digest] { return world_.blobs.read(digest); };
  auto bytes = co_await world_.blocking.run(read);
  if (!bytes && bytes.error().code() == ErrorCode::NotFound) {
    co_return fail(ErrorCode::ModuleNotFound, fmt::format("no module {} is stored", digest.text()));
  }
  co_return bytes;
}

Result<std::shared_ptr<logs::LogRing>> LivePlatform::log_of(const FunctionName& name) const {
  ASSIGN_OR_RETURN(auto version, served(name));
  return version->served->log;
}

Task<StatePage> LivePlatform::states_of(FunctionName name, std::optional<std::string> after,
                                        std::size_t limit) {
  CO_ASSIGN_OR_RETURN(auto version, served(name));
  auto any = state_of(*version->function, "");
  co_return co_await states_.list(std::move(any), std::move(after), limit);
}

Task<void> LivePlatform::erase_state(FunctionName name, std::string key) {
  CO_ASSIGN_OR_RETURN(auto version, served(name));
  auto state = state_of(*version->function, std::move(key));
  const auto& limits = version->function->live->settings.limits;
  AdmissionLimits waiting{.queue = limits.queue, .queue_wait = limits.queue_wait};
  auto work = states_.erase(world_.home().index(), std::move(state), waiting,
                            version->served->admission_metrics);
  // Not cancelled with its caller, which runs on another reactor.
  auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
  co_return co_await asio::co_spawn(world_.home().context(), std::move(work), token);
}

Task<void> LivePlatform::collect_garbage_now_and_then() {
  asio::steady_timer timer(world_.home().context());
  for (;;) {
    timer.expires_after(options_.collect_every);
    co_await timer.async_wait(asio::use_awaitable);
    auto collected = co_await deployer_.collect_garbage(options_.blob_age);
    // The next round tries again.
    if (!collected) {
      world_.log.warning("modules that are not used can't be removed: " +
                         collected.error().to_string());
    }
  }
}

Task<void> LivePlatform::evict_states_now_and_then() {
  asio::steady_timer timer(world_.home().context());
  for (;;) {
    timer.expires_after(options_.states.idle_time / 2);
    co_await timer.async_wait(asio::use_awaitable);
    auto evicted = states_.evict();
    if (evicted.empty()) continue;
    auto tear_down = [&evicted]() -> Result<void> {
      evicted.clear();
      return {};
    };
    CO_RETURN_IF_ERROR(co_await world_.blocking.run(tear_down));
  }
}

asio::awaitable<void> LivePlatform::stop() {
  background_.stop();
  co_await background_.wait();
  co_await calls_.stop();
  co_await deployer_.wait();
}

Result<std::unique_ptr<Platform>> open_platform(const World& world, PlatformOptions options) {
  ASSIGN_OR_RETURN(auto catalog, Catalog::load(world.store));
  auto platform = std::make_unique<LivePlatform>(world, std::move(options), std::move(catalog));
  RETURN_IF_ERROR(platform->open_states());
  return platform;
}

}  // namespace rockpool::platform
