#include "server/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <thread>

#include "async/blocking.h"
#include "async/reactor.h"
#include "engine/compile_worker.h"
#include "engine/engine.h"
#include "platform/platform.h"
#include "server/listeners.h"
#include "server/machine.h"
#include "server/puller.h"
#include "server/service_manager.h"
#include "server/signals.h"
#include "server/storage.h"
#include "web/answers/problem.h"

namespace rockpool::server {
namespace {

using manifest::ServerSettings;

// Files and fsync; RocksDB's own threads do the rest.
constexpr std::size_t kBlockingThreads = 4;
// As the command line has it for a wrong option.
constexpr int kWrongUsage = 2;
constexpr auto kDrainPatience = std::chrono::seconds(30);

std::size_t cores() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::size_t reactor_count(const ServerSettings& settings) {
  return settings.reactors != 0 ? settings.reactors : cores();
}

Result<std::string> data_directory(const ServerSettings& settings) {
  if (!settings.data.empty()) return settings.data;
  return manifest::default_data_directory(
      [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
      });
}

// Of all instances.
std::uint64_t guest_memory_bytes(const ServerSettings& settings) {
  return settings.memory_bytes != 0 ? settings.memory_bytes : usable_memory_bytes() / 2;
}

Result<std::unique_ptr<engine::Engine>> make_guest_engine(const ServerSettings& settings,
                                                          Log& log) {
  engine::EngineOptions options;
  options.instances = settings.instances;
  options.total_memory_bytes = guest_memory_bytes(settings);
  options.first_quantum = settings.first_quantum;
  options.long_run_threads = static_cast<std::uint32_t>(cores());
  return engine::make_engine(options, log);
}

// Functions that call others hear of failures as callers from outside do.
platform::FailureAnswer render_failure(const Error& failure, std::string_view request_id,
                                       std::string_view allow) {
  web::Problem problem{.error = failure, .request_id = request_id, .allow = allow};
  platform::FailureAnswer answer{.head = web::problem_head(problem),
                                 .body = web::problem_json(problem)};
  answer.head.with("Content-Type", web::kProblemJson);
  return answer;
}

platform::PlatformOptions platform_options(const ServerSettings& settings) {
  platform::PlatformOptions options;
  options.max_module_bytes = settings.max_module_bytes;
  options.compile = [](std::string_view wasm) {
    return engine::compile_in_child("/proc/self/exe", wasm, engine::CompileLimits());
  };
  options.render_failure = render_failure;
  options.parallel_compiles = std::max<std::size_t>(1, cores() / 2);
  // States that wait for calls leave most of the pool and the memory to calls.
  auto& states = options.states;
  states.idle = std::min<std::size_t>(states.idle, settings.instances / 4);
  states.idle_bytes = std::min(states.idle_bytes, guest_memory_bytes(settings) / 4);
  return options;
}

void make_process_metrics(metrics::Registry& metrics, const engine::Engine& engine) {
  metrics
      .gauges({.name = "rockpool_build_info",
               .help = "Always 1; the labels say what runs.",
               .label_names = {"version"}})
      .with({ROCKPOOL_VERSION})
      ->add(metrics.shared_shard(), 1);
  metrics.gauge("rockpool_guest_memory_bytes", "Memory of all instances alive.",
                [&engine] { return static_cast<double>(engine.memory_in_use_bytes()); });
  metrics.counter(
      "rockpool_long_runs_total",
      "Calls that used up their first millisecond of processor time and went on at lower "
      "priority.",
      [&engine] { return static_cast<double>(engine.long_runs()); });
}

// Programs that start the server wait for these lines.
void announce(const Listeners& listeners) {
  std::printf("ingress %s\ncontrol %s\n", listeners.ingress_url().c_str(),
              listeners.control_url().c_str());
  for (const auto& dialect : listeners.dialects())
    std::printf("%s %s\n", dialect->name().c_str(), dialect->server().url().c_str());
  std::printf("ready\n");
  std::fflush(stdout);
  notify_service_manager("READY=1");
}

// Until a stop signal comes.
void heed_signals(Signals& signals, Listeners& listeners) {
  while (signals.wait() == Signals::Request::Reload) {
    notify_service_manager("RELOADING=1");
    listeners.reload();
    notify_service_manager("READY=1");
  }
  signals.let_stop_kill();
}

void stop_serving(const ServerSettings& settings, Listeners& listeners, Log& log) {
  log.info("draining");
  notify_service_manager("STOPPING=1");
  listeners.announce_end();
  std::this_thread::sleep_for(settings.drain_delay);
  listeners.drain(std::chrono::steady_clock::now() + kDrainPatience);
  listeners.stop();
}

void stop_platform(platform::Platform& platform, async::Reactor& first) {
  auto stopped = async::asio::co_spawn(first.context(), platform.stop(), async::asio::use_future);
  stopped.get();
}

Result<void> serve(const ServerSettings& settings, Signals& signals, Log& log) {
  const Clock& clock = system_clock();
  ASSIGN_OR_RETURN(auto data, data_directory(settings));
  // The reactors go last: the engine's deadlines are timers of theirs.
  engine::Engine* entered = nullptr;
  async::Reactors reactors(reactor_count(settings), [&entered] { entered->enter_thread(); });
  ASSIGN_OR_RETURN(auto engine, make_guest_engine(settings, log));
  entered = engine.get();
  metrics::Registry metrics(reactor_count(settings));
  make_process_metrics(metrics, *engine);
  async::BlockingPool blocking(kBlockingThreads);
  ASSIGN_OR_RETURN(auto storage,
                   make_storage(data, engine->compatibility(), blocking, metrics, clock));
  ASSIGN_OR_RETURN(auto images, make_puller(settings));
  platform::World world{.store = *storage.kv,
                        .blobs = *storage.blobs,
                        .cache = *storage.cache,
                        .engine = *engine,
                        .reactors = reactors,
                        .blocking = blocking,
                        .clock = clock,
                        .log = log,
                        .metrics = metrics,
                        .images = *images};
  ASSIGN_OR_RETURN(auto platform, platform::open_platform(world, platform_options(settings)));
  ASSIGN_OR_RETURN(auto listeners, Listeners::open({.settings = settings,
                                                    .platform = *platform,
                                                    .reactors = reactors,
                                                    .metrics = metrics,
                                                    .blocking = blocking,
                                                    .data = storage.directory->path(),
                                                    .clock = clock,
                                                    .log = log}));
  reactors.start();
  announce(*listeners);
  heed_signals(signals, *listeners);
  stop_serving(settings, *listeners, log);
  stop_platform(*platform, reactors[0]);
  reactors.stop();
  return {};
}

}  // namespace

int run_server(const ServerSettings& settings) {
  Signals signals;
  raise_file_limit();
  auto log = make_stderr_log(settings.log_format, Log::Level::Info);
  auto served = serve(settings, signals, *log);
  if (served) return EXIT_SUCCESS;
  const auto& error = served.error();
  std::fprintf(stderr, "rockpool: %s\n", error.message().c_str());
  if (!error.detail().empty()) std::fprintf(stderr, "  %s\n", error.detail().c_str());
  return error.code() == ErrorCode::InvalidArgument ? kWrongUsage : EXIT_FAILURE;
}

}  // namespace rockpool::server
