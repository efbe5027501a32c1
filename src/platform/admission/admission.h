#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "async/reactor.h"
#include "base/clock.h"
#include "base/result.h"
#include "metrics/metrics.h"

namespace rockpool::platform {

namespace asio = boost::asio;

class Admission;

// The right to run one call of a function; given back when it ends. Used on the reactor it was
// taken on. The Admission outlives it.
class Permit {
 public:
  Permit() = default;
  Permit(Admission& admission, std::size_t reactor) : admission_(&admission), reactor_(reactor) {}
  Permit(Permit&& other) noexcept
      : admission_(std::exchange(other.admission_, nullptr)), reactor_(other.reactor_) {}
  Permit& operator=(Permit&& other) noexcept;
  ~Permit() { release(); }

  explicit operator bool() const { return admission_ != nullptr; }
  void release();

 private:
  Admission* admission_ = nullptr;
  std::size_t reactor_ = 0;
};

struct AdmissionLimits {
  std::uint32_t concurrency = 256;
  std::uint32_t queue = 1024;
  std::chrono::microseconds queue_wait = std::chrono::seconds(1);

  friend bool operator==(const AdmissionLimits&, const AdmissionLimits&) = default;
};

// Counters of calls turned away, by reason, and of those that wait.
struct AdmissionMetrics {
  std::shared_ptr<metrics::Counter> queue_full;
  std::shared_ptr<metrics::Counter> queue_wait;  // waited as long as allowed
  std::shared_ptr<metrics::Counter> deadline;    // would have: turned away at once
  std::shared_ptr<metrics::Gauge> queue_depth;
};

// Bounds how many calls of one function run at once, over all reactors; further ones wait in a
// bounded queue, in the order they came to their reactor.
//
// A call without competition costs two atomic operations. A permit that comes free goes to the
// reactor's own queue first; where others wait, every so often to them. Held by shared_ptr, as a
// reactor that is woken may come to it late.
class Admission : public std::enable_shared_from_this<Admission> {
 public:
  // `reactors` and `clock` outlive it.
  Admission(async::Reactors& reactors, const Clock& clock, AdmissionLimits limits,
            AdmissionMetrics metrics);
  // Nobody waits or holds a permit any more.
  ~Admission();
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // From any thread. Calls that run stay, though they be more than a lowered limit allows.
  void set_limits(const AdmissionLimits& limits);

  // On the reactor of that index: a permit if one is free and nobody waits there; else none.
  Permit try_acquire(std::size_t reactor);
  // Waits in the queue. Fails with overloaded if there is no place, no prospect, or no permit in
  // time; with cancelled if the awaiting coroutine is.
  asio::awaitable<Result<Permit>> acquire(std::size_t reactor);

  std::uint32_t in_use() const { return used_.load(std::memory_order_relaxed); }
  std::uint32_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  friend class Permit;
  struct Waiter;
  struct Queue;
  class Place;

  std::chrono::microseconds queue_wait() const;
  bool take();
  void release(std::size_t reactor);
  Result<void> check_room(Queue& queue, SteadyTime now);
  // Hands a permit that was taken to the first that still waits; false if nobody does.
  bool grant_next(Queue& queue, SteadyTime now);
  void enter(Queue& queue, Waiter& waiter);
  void leave(Queue& queue, Waiter& waiter);
  void wake_others(std::size_t reactor);
  void wake(std::size_t reactor);
  void serve(Queue& queue);

  async::Reactors& reactors_;
  const Clock& clock_;
  const AdmissionMetrics metrics_;
  std::atomic<std::uint32_t> concurrency_;
  std::atomic<std::uint32_t> queue_limit_;
  std::atomic<std::int64_t> queue_wait_us_;
  // Sequentially consistent, both: whoever fails to take a permit counts itself as waiting and
  // tries again, and whoever gives one back looks for waiters afterwards; so one sees the other.
  std::atomic<std::uint32_t> used_ = 0;
  std::atomic<std::uint32_t> waiting_ = 0;
  std::vector<std::unique_ptr<Queue>> queues_;  // by reactor
};

}  // namespace rockpool::platform
