#include "engine/run/guest_run.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/units.h"
#include "engine/run/bridge_types.h"

namespace rockpool::engine {
namespace {

// A run as short as this is measured by the monotonic clock alone, which is cheaper than the
// thread's CPU clock.
constexpr std::chrono::microseconds kTrustedWall{250};

}  // namespace

GuestRun::GuestRun(RunEnvironment& environment, Home& home, const Limits& limits, CallHost* host)
    : environment_(environment),
      home_(home),
      limits_(limits),
      started_(std::chrono::steady_clock::now()),
      host_(host) {}

void GuestRun::start(Call call) {
  call_.emplace(std::move(call));
  run_at_home();
  if (!ended()) register_deadline();
}

void GuestRun::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void GuestRun::wake() const {
  for (State seen = state_.load();;) {
    if (seen == State::Queued || seen == State::Rewake) return;
    State next = seen == State::Idle ? State::Queued : State::Rewake;
    if (!state_.compare_exchange_weak(seen, next)) continue;
    // A sleeping run has no other user than this thread now; `this` is const for the waker's sake
    // only.
    if (seen == State::Idle) const_cast<GuestRun*>(this)->enqueue();
    return;
  }
}

// For handlers: an io_context that ends drops those that wait, and must drop their references too.
GuestRun::Reference GuestRun::refer() const {
  retain();
  return Reference(this);
}

// The caller has made the state Queued.
void GuestRun::enqueue() {
  std::int64_t attained = attained_ns_.load(std::memory_order_relaxed);
  bool belongs_home =
      attained < environment_.first_quantum.count() && !marked_.load(std::memory_order_acquire);
  if (!belongs_home) {
    bool is_new = attained >= environment_.first_quantum.count() && !std::exchange(is_long_, true);
    if (is_new) environment_.long_runs.fetch_add(1, std::memory_order_relaxed);
    retain();
    environment_.pool.push(this, attained);
    return;
  }
  asio::post(home_.reactor.context(), [this, self = refer()] { run_at_home(); });
}

// Polls on the home reactor until the guest waits, ends, or has used up its quantum.
void GuestRun::run_at_home() {
  state_.store(State::Polling);
  if (auto why = reason_to_end()) return settle(std::move(why), Teardown::InPool);
  Time began = std::chrono::steady_clock::now();
  home_.cpu.refresh(began);
  std::int64_t attained_before = attained_ns_.load(std::memory_order_relaxed);
  for (;;) {
    bool done = poll_once(home_.reactor.index());
    attained_ns_.store(attained_before + used_at_home(began).count(), std::memory_order_relaxed);
    if (done) return settle(std::nullopt, Teardown::Here);
    if (!rest()) return tell_owner();
    if (attained_ns_.load(std::memory_order_relaxed) >= environment_.first_quantum.count()) break;
    state_.store(State::Polling);
  }
  state_.store(State::Queued);
  enqueue();
  tell_owner();
}

// The monotonic clock goes on while other threads have the core: what it shows is too much then,
// and so is what the thread has used since its last reading, but by far less.
std::chrono::nanoseconds GuestRun::used_at_home(Time began) const {
  std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - began;
  if (elapsed < kTrustedWall) return elapsed;
  return std::min(elapsed, home_.cpu.used_since());
}

void GuestRun::run_in_pool(std::size_t thread) {
  state_.store(State::Polling);
  if (auto why = reason_to_end()) {
    settle(std::move(why), Teardown::Here);
    return release();
  }
  auto before = thread_cpu();
  bool done = poll_once(environment_.first_pool_poller + thread);
  attained_ns_.fetch_add((thread_cpu() - before).count());
  if (done) {
    settle(std::nullopt, Teardown::Here);
  } else {
    tell_owner();
    if (rest()) {
      state_.store(State::Queued);
      enqueue();
    }
  }
  release();
}

void GuestRun::abandon_queued() {
  settle(Error(ErrorCode::Cancelled, "the server stops"), Teardown::Here);
  release();
}

bool GuestRun::poll_once(std::size_t poller) {
  EpochTicker::Polling polling(environment_.ticker, poller);
  return bridge::poll(**call_);
}

bool GuestRun::rest() {
  State expected = State::Polling;
  return !state_.compare_exchange_strong(expected, State::Idle);
}

std::optional<Error> GuestRun::reason_to_end() const {
  if (marked_.load(std::memory_order_acquire)) return mark_;
  if (out_of_cpu()) {
    return Error(ErrorCode::LimitCpu,
                 "the guest used more CPU time than its limit of " + format_duration(limits_.cpu));
  }
  return std::nullopt;
}

// Publishes how the run ended. The state stays Polling, so no wake-up brings it back.
void GuestRun::settle(std::optional<Error> failure, Teardown teardown) {
  if (failure) {
    failure_ = std::move(failure);
  } else {
    auto outcome = bridge::outcome(**call_);
    if (!outcome.code.empty()) failure_ = to_error(outcome);
    peak_memory_bytes_ = bridge::peak_memory(**call_);
    instantiation_ = std::chrono::nanoseconds(bridge::instantiation_ns(**call_));
    if (peak_memory_bytes_ > environment_.keep_resident_bytes) teardown = Teardown::InPool;
  }
  drop_call(teardown);
  ended_at_ = std::chrono::steady_clock::now();
  ended_.store(true, std::memory_order_release);
  tell_owner();
}

void GuestRun::drop_call(Teardown teardown) {
  Call call = std::move(*call_);
  call_.reset();
  if (teardown == Teardown::InPool) {
    environment_.pool.tear_down([dropped = std::move(call)] {});
  }
}

void GuestRun::register_deadline() {
  auto on_deadline = [this] {
    deadline_.reset();
    end_with(Error(ErrorCode::LimitWall,
                   "the call took longer than its limit of " + format_duration(limits_.wall)));
  };
  deadline_ = home_.deadlines.add(started_ + limits_.wall, on_deadline);
}

void GuestRun::end_with(Error why) {
  if (ended() || marked_.load(std::memory_order_relaxed)) return;
  mark_ = std::move(why);
  marked_.store(true, std::memory_order_release);
  wake();
}

void GuestRun::detach() {
  owner_ = nullptr;
  {
    std::lock_guard lock(host_mutex_);
    host_ = nullptr;
  }
  if (deadline_) home_.deadlines.remove(*deadline_);
  deadline_.reset();
  end_with(Error(ErrorCode::Cancelled, "nobody waits for the answer"));
}

std::chrono::nanoseconds GuestRun::wall() const {
  return (ended() ? ended_at_ : std::chrono::steady_clock::now()) - started_;
}

void GuestRun::tell_owner() {
  if (home_.reactor.context().get_executor().running_in_this_thread()) {
    if (owner_ != nullptr) owner_->on_progress();
    return;
  }
  if (progress_posted_.exchange(true)) return;
  asio::post(home_.reactor.context(), [this, self = refer()] {
    progress_posted_.store(false);
    if (owner_ != nullptr) owner_->on_progress();
  });
}

void GuestRun::want_body() const {
  asio::post(home_.reactor.context(), [this, self = refer()] {
    if (owner_ != nullptr) owner_->on_body_wanted();
  });
}

void GuestRun::log(bool stderr_stream, rust::Slice<const std::uint8_t> bytes) const {
  std::lock_guard lock(host_mutex_);
  if (host_ == nullptr) return;
  host_->log(stderr_stream ? GuestStream::Stderr : GuestStream::Stdout, view_of(bytes));
}

void GuestRun::send(const bridge::OutgoingHead& head, rust::Box<bridge::Outgoing> outgoing) const {
  auto exchange = open_exchange(home_.reactor, head, std::move(outgoing));
  asio::post(home_.reactor.context(), [this, self = refer(), exchange = std::move(exchange)] {
    if (owner_ != nullptr) owner_->on_request(exchange);
  });
}

}  // namespace rockpool::engine
