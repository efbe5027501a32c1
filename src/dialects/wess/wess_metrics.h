#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/server/server.h"
#include "metrics/registry.h"

namespace rockpool::dialects::wess {

// What is looked up now and then, as Wess samples it.
struct MachineSample {
  double cpu_percent = 0;  // of one core, since the sample before
  std::uint64_t memory_bytes = 0;
  std::uint64_t database_bytes = 0;
};

// Wess's own metrics, by its names. Callable from any thread.
class WessMetrics {
 public:
  // The three workers of Wess, whose queues its dashboards show.
  enum class Worker : std::uint8_t { Reader, Writer, Runner };

  // `connections` outlives it.
  WessMetrics(std::size_t reactors, const http::ConnectionLimit& connections);

  // A request to "/", "/:id" or "/metrics" that was answered.
  void count_request(metrics::Shard shard, std::string_view path, std::chrono::nanoseconds took,
                     int status);
  void count_database(metrics::Shard shard, Worker worker, std::chrono::nanoseconds took);
  void count_compile(metrics::Shard shard, const std::string& id, std::chrono::nanoseconds took);
  void count_run(metrics::Shard shard, const std::string& function_name,
                 std::chrono::nanoseconds took);
  void forget_module(const std::string& id);
  void set_sample(const MachineSample& sample);

  // Counts a job of a worker for as long as it lives.
  class Job {
   public:
    Job(WessMetrics& metrics, metrics::Shard shard, Worker worker);
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

   private:
    metrics::Gauge& jobs_;
    metrics::Shard shard_;
  };

  std::string expose() const { return registry_.expose(); }

 private:
  double free_places(Worker worker, std::int64_t size) const;

  metrics::Registry registry_;
  std::array<std::shared_ptr<metrics::Gauge>, 3> jobs_;  // by worker
  metrics::Family<metrics::Counter>& requests_;          // path
  std::shared_ptr<metrics::Histogram> latency_;
  std::shared_ptr<metrics::Counter> errors_;
  metrics::Family<metrics::Counter>& operations_;           // operation
  metrics::Family<metrics::Histogram>& operation_seconds_;  // operation
  metrics::Family<metrics::Histogram>& compile_seconds_;    // wasm_module
  metrics::Family<metrics::Histogram>& run_seconds_;        // function_name
  std::atomic<double> cpu_percent_ = 0;
  std::atomic<std::uint64_t> memory_bytes_ = 0;
  std::atomic<std::uint64_t> database_bytes_ = 0;
};

}  // namespace rockpool::dialects::wess
