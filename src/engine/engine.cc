#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/check.h"
#include "engine/calls/cgi_call.h"
#include "engine/calls/text_call.h"
#include "engine/calls/typed_call.h"
#include "engine/run/bridge_state.h"
#include "engine/run/bridge_types.h"
#include "engine/run/running_call.h"

namespace rockpool::engine {
namespace {

// Reactors are numbered from 0; a machine with more cores than this gets no more reactors.
constexpr std::size_t kMaxReactors = 256;
// Memory that a slot keeps for its next instance. Larger guests are decommitted instead.
constexpr std::size_t kKeepResidentBytes = 4 << 20;
constexpr std::uint32_t kMinWarmSlots = 16;
// Where the address space does not hold the pool asked for, smaller ones are tried down to this.
constexpr std::uint32_t kMinInstances = 16;

// argv of CGI programs; language runtimes expect one.
constexpr const char* kProgramName = "function";
// Text that is given whole: a guest that fails before it has more is told by an error.
constexpr std::size_t kHeldTextBytes = 256 << 10;

std::vector<bridge::NameValue> to_bridge(
    const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<bridge::NameValue> converted;
  converted.reserve(pairs.size());
  for (const auto& [name, value] : pairs) converted.push_back({slice_of(name), slice_of(value)});
  return converted;
}

rust::Vec<bridge::Link> to_bridge(const std::vector<Link>& links) {
  rust::Vec<bridge::Link> converted;
  for (const auto& [import, index] : links)
    converted.push_back({str_of(import), static_cast<std::uint32_t>(index)});
  return converted;
}

// For each of the types what bridge::TypedTarget says; a component's function has no use for it.
template <class Types, class Projection>
std::string list_widths(const Types& types, Projection type_of) {
  std::string widths;
  for (const auto& item : types) {
    const WitType& type = std::invoke(type_of, item);
    bool is_list = type.kind == WitType::Kind::List;
    widths.push_back(static_cast<char>(is_list ? number_width(type.of[0].kind) : 0));
  }
  return widths;
}

class LoadedProgram final : public Program {
 public:
  LoadedProgram(Abi abi, rust::Box<bridge::Program> program)
      : abi_(abi), program_(std::move(program)) {}
  Abi abi() const override { return abi_; }
  const bridge::Program& program() const { return *program_; }

 private:
  Abi abi_;
  rust::Box<bridge::Program> program_;
};

const bridge::Program& bridge_program(const Program& program) {
  // Every Program comes from this engine's load().
  return static_cast<const LoadedProgram&>(program).program();
}

const bridge::State& bridge_state(const GuestState& state) {
  // Every GuestState comes from this engine's make_state().
  return static_cast<const BridgeState&>(state).state();
}

class WasmtimeEngine final : public Engine {
 public:
  WasmtimeEngine(rust::Box<bridge::Engine> engine, const EngineOptions& options)
      : engine_(std::move(engine)),
        homes_(kMaxReactors),
        ticker_(kMaxReactors + options.long_run_threads, options.tick,
                [this] { bridge::increment_epoch(*engine_); }),
        pool_(options.long_run_threads, [this](std::size_t) { bridge::enter_thread(*engine_); }),
        environment_{.ticker = ticker_,
                     .pool = pool_,
                     .first_pool_poller = kMaxReactors,
                     .keep_resident_bytes = kKeepResidentBytes,
                     .first_quantum = options.first_quantum,
                     .long_runs = long_runs_} {}

  void enter_thread() override { bridge::enter_thread(*engine_); }

  std::string compatibility() const override {
    return std::string(bridge::compatibility(*engine_));
  }

  Result<std::string> compile(std::string_view wasm) override {
    auto compiled = bridge::compile(*engine_, slice_of(wasm));
    if (!compiled.outcome.code.empty()) return std::unexpected(to_error(compiled.outcome));
    return std::string(view_of(compiled.machine_code));
  }

  Result<std::shared_ptr<const Program>> load(const MachineCode& code, BinaryKind kind,
                                              const ProgramOptions& options) override {
    CHECK(code.linked.size() == options.linked.size(), "each linked module has its machine code");
    bridge::ProgramConfig config{.is_component = kind == BinaryKind::Component,
                                 .abi = str_of(name_of(options.abi)),
                                 .reuse = options.reuse == Reuse::Instance,
                                 .environment = {},
                                 .links = to_bridge(options.links),
                                 .linked = {}};
    for (const auto& variable : to_bridge(options.environment))
      config.environment.push_back(variable);
    for (std::size_t i = 0; i < code.linked.size(); ++i)
      config.linked.push_back({code.linked[i], to_bridge(options.linked[i].links)});
    auto program = bridge::load(*engine_, code.own, config);
    auto outcome = bridge::load_outcome(*program);
    if (!outcome.code.empty()) return std::unexpected(to_error(outcome));
    return std::make_shared<const LoadedProgram>(options.abi, std::move(program));
  }

  std::unique_ptr<GuestCall> start_http(async::Reactor& home,
                                        std::shared_ptr<const Program> program,
                                        const HttpRequest& request,
                                        const CallOptions& options) override {
    std::vector<bridge::NameValue> fields;
    fields.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers)
      fields.push_back({slice_of(name), slice_of(value)});
    bridge::RequestHead head{.method = slice_of(request.method),
                             .https = request.scheme == "https",
                             .authority = slice_of(request.authority),
                             .path_with_query = slice_of(request.path_with_query),
                             .fields = {fields.data(), fields.size()}};
    auto make = [&](const CallHooks* hooks, const Pipes& pipes) {
      feed_whole_body(options.body, pipes);
      return bridge::start_http(bridge_program(*program), config_of(options), hooks, head,
                                *pipes.inlet, *pipes.outlet);
    };
    return start_running_call(environment_, home_of(home), options, make);
  }

  std::unique_ptr<GuestCall> start_cgi(
      async::Reactor& home, std::shared_ptr<const Program> program,
      const std::vector<std::pair<std::string, std::string>>& environment,
      const CallOptions& options) override {
    auto variables = to_bridge(environment);
    rust::String program_name(kProgramName);
    auto make = [&](const CallHooks* hooks, const Pipes& pipes) {
      feed_whole_body(options.body, pipes);
      return bridge::start_command(bridge_program(*program), config_of(options), hooks,
                                   {variables.data(), variables.size()}, {&program_name, 1},
                                   *pipes.inlet, *pipes.outlet);
    };
    return make_cgi_call(start_running_call(environment_, home_of(home), options, make));
  }

  std::unique_ptr<GuestCall> start_typed(async::Reactor& home,
                                         std::shared_ptr<const Program> program,
                                         const TypedExport& function, std::string arguments,
                                         const CallOptions& options) override {
    auto parameter_lists = list_widths(function.parameters, &Parameter::type);
    auto result_lists = list_widths(function.results, std::identity());
    bridge::TypedTarget target{.interface = str_of(function.interface),
                               .function = str_of(function.function),
                               .parameter_lists = slice_of(parameter_lists),
                               .result_lists = slice_of(result_lists)};
    auto make = [&](const CallHooks* hooks, const Pipes& pipes) {
      const auto& loaded = bridge_program(*program);
      auto bytes = slice_of(arguments);
      if (options.state == nullptr) {
        return bridge::start_typed(loaded, config_of(options), hooks, target, bytes, *pipes.outlet);
      }
      return bridge::start_stateful(loaded, config_of(options), hooks, bridge_state(*options.state),
                                    target, bytes, *pipes.outlet);
    };
    return make_typed_call(start_running_call(environment_, home_of(home), options, make),
                           function.results);
  }

  std::unique_ptr<GuestCall> start_json(async::Reactor& home,
                                        std::shared_ptr<const Program> program,
                                        const TypedExport& function, std::string arguments,
                                        const CallOptions& options) override {
    auto make = [&](const CallHooks* hooks, const Pipes& pipes) {
      return bridge::start_json(bridge_program(*program), config_of(options), hooks,
                                str_of(function.function), slice_of(arguments), *pipes.outlet);
    };
    return make_text_call(start_running_call(environment_, home_of(home), options, make),
                          LastNewline::Kept, kHeldTextBytes);
  }

  std::unique_ptr<GuestCall> start_argv(async::Reactor& home,
                                        std::shared_ptr<const Program> program,
                                        const std::vector<std::string>& arguments,
                                        const CallOptions& options) override {
    std::vector<rust::String> words(arguments.begin(), arguments.end());
    auto make = [&](const CallHooks* hooks, const Pipes& pipes) {
      feed_whole_body(nullptr, pipes);
      return bridge::start_command(bridge_program(*program), config_of(options), hooks, {},
                                   {words.data(), words.size()}, *pipes.inlet, *pipes.outlet);
    };
    auto most = options.limits.response_body_bytes.value_or(kHeldTextBytes);
    return make_text_call(start_running_call(environment_, home_of(home), options, make),
                          LastNewline::Dropped, std::min<std::uint64_t>(most, kHeldTextBytes));
  }

  std::unique_ptr<GuestCall> start_trial(async::Reactor& home,
                                         std::shared_ptr<const Program> program,
                                         const CallOptions& options) override {
    auto make = [&](const CallHooks* hooks, const Pipes&) {
      return bridge::start_trial(bridge_program(*program), config_of(options), hooks);
    };
    return start_running_call(environment_, home_of(home), options, make);
  }

  std::unique_ptr<GuestState> make_state() override {
    return std::make_unique<BridgeState>(bridge::make_state(*engine_));
  }

  std::uint64_t memory_in_use_bytes() const override { return bridge::memory_in_use(*engine_); }
  std::uint64_t long_runs() const override { return long_runs_.load(std::memory_order_relaxed); }

 private:
  static bridge::CallConfig config_of(const CallOptions& options) {
    constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();
    return {.memory_bytes = options.limits.memory_bytes,
            .response_bytes = options.limits.response_body_bytes.value_or(kUnlimited)};
  }

  // Each slot is touched by its own reactor's thread alone.
  Home& home_of(async::Reactor& reactor) {
    CHECK(reactor.index() < homes_.size(), "too many reactors");
    auto& home = homes_[reactor.index()];
    if (!home) home = std::make_unique<Home>(reactor);
    return *home;
  }

  rust::Box<bridge::Engine> engine_;
  std::atomic<std::uint64_t> long_runs_ = 0;
  std::vector<std::unique_ptr<Home>> homes_;
  EpochTicker ticker_;
  LongRunPool pool_;
  RunEnvironment environment_;
};

std::uint32_t warm_slots(const EngineOptions& options) {
  std::uint64_t affordable = options.total_memory_bytes / 8 / kKeepResidentBytes;
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(affordable, kMinWarmSlots, options.instances));
}

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options, Log& log) {
  EngineOptions tried = options;
  for (;;) {
    bridge::EngineConfig config{.pooling = tried.allocator == Allocator::Pooling,
                                .pagemap_scan = tried.pagemap_scan == PagemapScan::Auto,
                                .instances = tried.instances,
                                .warm_slots = warm_slots(tried),
                                .keep_resident_bytes = kKeepResidentBytes,
                                .total_memory_bytes = tried.total_memory_bytes};
    try {
      auto engine = std::make_unique<WasmtimeEngine>(bridge::make_engine(config), tried);
      if (tried.instances < options.instances) {
        log.warning(fmt::format("the address space holds a pool of {} instances only, not {}",
                                tried.instances, options.instances));
      }
      return engine;
    } catch (const rust::Error& error) {
      if (tried.instances / 2 < kMinInstances || !config.pooling) {
        return fail(ErrorCode::Internal, "the engine can't be set up", error.what());
      }
      tried.instances /= 2;
    }
  }
}

}  // namespace rockpool::engine
