#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "async/reactor.h"
#include "base/result.h"
#include "bridge/bridge.h"
#include "engine/host/host.h"
#include "engine/limits.h"
#include "engine/run/call_hooks.h"
#include "engine/run/cpu_reading.h"
#include "engine/run/deadlines.h"
#include "engine/run/epoch_ticker.h"
#include "engine/run/long_run_pool.h"
#include "engine/run/outgoing_exchange.h"

namespace rockpool::engine {

// What a guest's run needs of the engine around it; outlives every run.
struct RunEnvironment {
  EpochTicker& ticker;
  LongRunPool& pool;
  std::size_t first_pool_poller;           // the ticker's number of the pool's thread 0
  std::uint64_t keep_resident_bytes;       // a guest that used more is torn down in the pool
  std::chrono::nanoseconds first_quantum;  // what a guest may use at home before the pool takes it
  std::atomic<std::uint64_t>& long_runs;   // runs that the pool has taken over, each counted once
};

// One reactor's share of the engine; used on that reactor's thread.
struct Home {
  explicit Home(async::Reactor& home_reactor)
      : reactor(home_reactor), deadlines(home_reactor.context()) {}
  async::Reactor& reactor;
  Deadlines deadlines;
  CpuReading cpu;
};

// Whoever holds the other end of a run; called on the home reactor.
class RunOwner {
 public:
  // There may be output, or the run has ended.
  virtual void on_progress() = 0;
  virtual void on_body_wanted() = 0;
  // The guest sends a request.
  virtual void on_request(std::shared_ptr<OutgoingExchange> request) = 0;

 protected:
  ~RunOwner() = default;
};

// The life of one guest call as a future: who polls it, when, and how it is ended.
//
// It is polled on its home reactor for the first quantum of CPU, then in the long-run pool.
// `state_` makes polls exclusive and loses no wake-up: at most one thread polls at a time, and it
// alone touches `call_`.
class GuestRun final : public CallHooks {
 public:
  using Call = rust::Box<bridge::Call>;

  // The caller holds one reference and gives it back with release().
  GuestRun(RunEnvironment& environment, Home& home, const Limits& limits, CallHost* host);

  // Home reactor, once: polls for the first quantum. The run's reference in `call` is one that it
  // was made with.
  void start(Call call);
  // Home reactor. From here on nothing of the owner or the host is used; the guest ends at its next
  // yield.
  void detach();
  void attach(RunOwner* owner) { owner_ = owner; }
  // Home reactor: ends the guest at its next yield with that failure; the first one counts.
  void end_with(Error why);

  // Any thread. What follows is settled once this is true.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  const std::optional<Error>& failure() const { return failure_; }
  std::chrono::nanoseconds cpu() const { return std::chrono::nanoseconds(attained_ns_.load()); }
  std::chrono::nanoseconds wall() const;
  std::uint64_t peak_memory_bytes() const { return peak_memory_bytes_; }
  std::chrono::nanoseconds instantiation() const { return instantiation_; }

  // For LongRunPool: polls once, takes over the queue's reference.
  void run_in_pool(std::size_t thread);
  // For LongRunPool, under its lock.
  QueuePlace& queue_place() { return queue_place_; }
  // For LongRunPool at its end: ends a queued run without polling.
  void abandon_queued();

  // CallHooks.
  void retain() const override { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const override;
  void wake() const override;
  void want_body() const override;
  void log(bool stderr_stream, rust::Slice<const std::uint8_t> bytes) const override;
  void send(const bridge::OutgoingHead& head, rust::Box<bridge::Outgoing> outgoing) const override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class State : std::uint8_t { Idle, Queued, Polling, Rewake };
  enum class Teardown : std::uint8_t { Here, InPool };
  struct Release {
    void operator()(const GuestRun* run) const { run->release(); }
  };
  using Reference = std::unique_ptr<const GuestRun, Release>;

  ~GuestRun() = default;

  Reference refer() const;
  void run_at_home();
  // Home reactor: the CPU time used since `began`, not less than it was.
  std::chrono::nanoseconds used_at_home(Time began) const;
  bool poll_once(std::size_t poller);
  // After a poll that did not end the guest. True: it has been woken meanwhile and is ours to poll
  // again.
  bool rest();
  void enqueue();
  bool out_of_cpu() const { return attained_ns_ > std::chrono::nanoseconds(limits_.cpu).count(); }
  std::optional<Error> reason_to_end() const;
  void settle(std::optional<Error> failure, Teardown teardown);
  void drop_call(Teardown teardown);
  void register_deadline();
  void tell_owner();

  RunEnvironment& environment_;
  Home& home_;
  const Limits limits_;
  const Time started_;

  mutable std::atomic<int> references_{1};
  mutable std::atomic<State> state_{State::Polling};
  std::atomic<std::int64_t> attained_ns_{0};

  // Of whoever polls.
  std::optional<Call> call_;

  // Of whoever made the state Queued.
  bool is_long_ = false;  // has used up its first quantum, and is counted

  // Of the pool.
  QueuePlace queue_place_;

  // Written by whoever polls last, before `ended_`.
  std::optional<Error> failure_;
  std::uint64_t peak_memory_bytes_ = 0;
  std::chrono::nanoseconds instantiation_{0};
  Time ended_at_;
  std::atomic<bool> ended_{false};

  // Written on the home reactor, before `marked_`.
  std::optional<Error> mark_;
  std::atomic<bool> marked_{false};

  // Of the home reactor.
  RunOwner* owner_ = nullptr;
  std::optional<Deadlines::Entries::iterator> deadline_;

  mutable std::atomic<bool> progress_posted_{false};
  mutable std::mutex host_mutex_;
  CallHost* host_;
};

}  // namespace rockpool::engine
