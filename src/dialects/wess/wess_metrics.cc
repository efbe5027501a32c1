#include "dialects/wess/wess_metrics.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rockpool::dialects::wess {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kBuckets = 12;
// Modules and functions with series of their own; callers name them.
constexpr std::size_t kMaxSeries = 1000;
// How many jobs Wess's queues hold as it is shipped; its dashboards subtract from these.
constexpr std::int64_t kReaderQueue = 1024;
constexpr std::int64_t kWriterQueue = 1024;
constexpr std::int64_t kRunnerQueue = 100;

std::vector<nanoseconds> doubling_from(nanoseconds first) {
  std::vector<nanoseconds> bounds;
  for (std::size_t i = 0; i < kBuckets; ++i) bounds.push_back(first * (1 << i));
  return bounds;
}

// `options` as those of durations in buckets that double, capped by their label if they have one.
metrics::FamilyOptions doubling(metrics::FamilyOptions options, nanoseconds first) {
  options.unit = metrics::Unit::Seconds;
  options.bounds = doubling_from(first);
  if (!options.label_names.empty())
    options.cap = metrics::Cap{.label = options.label_names.front(), .max = kMaxSeries};
  return options;
}

std::string operation_of(WessMetrics::Worker worker) {
  return worker == WessMetrics::Worker::Writer ? "write" : "read";
}

}  // namespace

WessMetrics::WessMetrics(std::size_t reactors, const http::ConnectionLimit& connections)
    : registry_(reactors),
      requests_(registry_.counters({.name = "wess_http_requests_total",
                                    .help = "HTTP requests, by path.",
                                    .label_names = {"path"}})),
      latency_(registry_
                   .histograms(doubling({.name = "wess_http_request_latency_seconds",
                                         .help = "Time from request to answer."},
                                        microseconds(50)))
                   .with({})),
      errors_(registry_
                  .counters({.name = "wess_error_count_total",
                             .help = "Requests that were answered with an error."})
                  .with({})),
      operations_(registry_.counters({.name = "wess_database_operations_total",
                                      .help = "Modules read and written.",
                                      .label_names = {"operation"}})),
      operation_seconds_(
          registry_.histograms(doubling({.name = "wess_database_operation_duration_seconds",
                                         .help = "Time that reading or writing a module took.",
                                         .label_names = {"operation"}},
                                        microseconds(5)))),
      compile_seconds_(registry_.histograms(
          doubling({.name = "wess_wasm_compile_time_seconds",
                    .help = "Time that getting a module's machine code took: compiling it, or "
                            "finding it compiled.",
                    .label_names = {"wasm_module"}},
                   microseconds(500)))),
      run_seconds_(registry_.histograms(doubling({.name = "wess_wasm_execution_time_seconds",
                                                  .help = "Time that runs of a function took.",
                                                  .label_names = {"function_name"}},
                                                 microseconds(5)))) {
  for (auto& jobs : jobs_)
    jobs = std::make_shared<metrics::Gauge>(reactors + 1, metrics::Unit::Count);
  registry_.gauge("wess_concurrent_connections", "Connections that are open.",
                  [&connections] { return static_cast<double>(connections.open()); });
  registry_.gauge("wess_reader_channel_queue", "Reads that could still begin.",
                  [this] { return free_places(Worker::Reader, kReaderQueue); });
  registry_.gauge("wess_writer_channel_queue", "Writes that could still begin.",
                  [this] { return free_places(Worker::Writer, kWriterQueue); });
  registry_.gauge("wess_runner_channel_queue", "Runs that could still begin.",
                  [this] { return free_places(Worker::Runner, kRunnerQueue); });
  registry_.gauge("wess_cpu_usage", "Processor time of the process, in percent of one core.",
                  [this] { return cpu_percent_.load(); });
  registry_.gauge("wess_memory_usage", "Memory of the process, in bytes.",
                  [this] { return static_cast<double>(memory_bytes_.load()); });
  registry_.gauge("wess_database_size_bytes", "What is stored, in bytes.",
                  [this] { return static_cast<double>(database_bytes_.load()); });
  // There from the start, so that what counts increases sees the first one.
  for (const char* path : {"/", "/:id", "/metrics"}) requests_.with({path});
  for (const char* operation : {"read", "write"}) {
    operations_.with({operation});
    operation_seconds_.with({operation});
  }
}

double WessMetrics::free_places(Worker worker, std::int64_t size) const {
  auto busy = jobs_[static_cast<std::size_t>(worker)]->total();
  return static_cast<double>(std::max<std::int64_t>(0, size - busy));
}

void WessMetrics::count_request(metrics::Shard shard, std::string_view path, nanoseconds took,
                                int status) {
  requests_.with({std::string(path)})->add(shard);
  latency_->observe(shard, took);
  if (status >= 400) errors_->add(shard);
}

void WessMetrics::count_database(metrics::Shard shard, Worker worker, nanoseconds took) {
  operations_.with({operation_of(worker)})->add(shard);
  operation_seconds_.with({operation_of(worker)})->observe(shard, took);
}

void WessMetrics::count_compile(metrics::Shard shard, const std::string& id, nanoseconds took) {
  compile_seconds_.with({id})->observe(shard, took);
}

void WessMetrics::count_run(metrics::Shard shard, const std::string& function_name,
                            nanoseconds took) {
  run_seconds_.with({function_name})->observe(shard, took);
}

void WessMetrics::forget_module(const std::string& id) {
  compile_seconds_.remove({{"wasm_module", id}});
}

void WessMetrics::set_sample(const MachineSample& sample) {
  cpu_percent_ = sample.cpu_percent;
  memory_bytes_ = sample.memory_bytes;
  database_bytes_ = sample.database_bytes;
}

WessMetrics::Job::Job(WessMetrics& metrics, metrics::Shard shard, Worker worker)
    : jobs_(*metrics.jobs_[static_cast<std::size_t>(worker)]), shard_(shard) {
  jobs_.add(shard_, 1);
}

WessMetrics::Job::~Job() {
  jobs_.add(shard_, -1);
}

}  // namespace rockpool::dialects::wess
