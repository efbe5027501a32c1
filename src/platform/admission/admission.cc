#include "platform/admission/admission.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <optional>

namespace rockpool::platform {
namespace {

// How many permits in a row a reactor keeps to its own queue while others wait.
constexpr int kOwnInARow = 16;

Error overloaded(std::string message) {
  return {ErrorCode::Overloaded, std::move(message)};
}

}  // namespace

struct Admission::Waiter {
  Waiter(asio::any_io_executor executor, SteadyTime until)
      : timer(std::move(executor)), deadline(until) {}

  asio::steady_timer timer;
  SteadyTime deadline;
  bool is_granted = false;
  bool is_queued = false;
};

// Calls that wait on one reactor; touched by its thread alone, but for `size`.
struct Admission::Queue {
  explicit Queue(std::size_t of_reactor) : reactor(of_reactor) {}

  const std::size_t reactor;
  std::deque<Waiter*> waiters;
  std::atomic<std::uint32_t> size = 0;
  int own_in_a_row = 0;
  // How often permits come, while there is a queue; forgotten when it is empty.
  std::optional<SteadyTime> last_grant;
  std::optional<std::chrono::nanoseconds> interval;
};

// A waiter's stay in the queue. A permit that nobody took over goes back.
class Admission::Place {
 public:
  Place(Admission& admission, Queue& queue, Waiter& waiter)
      : admission_(admission), queue_(queue), waiter_(waiter) {
    admission_.enter(queue_, waiter_);
  }
  ~Place() {
    admission_.leave(queue_, waiter_);
    if (waiter_.is_granted && !taken_over_) admission_.release(queue_.reactor);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Permit take_over() {
    taken_over_ = true;
    return {admission_, queue_.reactor};
  }

 private:
  Admission& admission_;
  Queue& queue_;
  Waiter& waiter_;
  bool taken_over_ = false;
};

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    release();
    admission_ = std::exchange(other.admission_, nullptr);
    reactor_ = other.reactor_;
  }
  return *this;
}

void Permit::release() {
  if (admission_ != nullptr) std::exchange(admission_, nullptr)->release(reactor_);
}

Admission::Admission(async::Reactors& reactors, const Clock& clock, AdmissionLimits limits,
                     AdmissionMetrics metrics)
    : reactors_(reactors),
      clock_(clock),
      metrics_(std::move(metrics)),
      concurrency_(limits.concurrency),
      queue_limit_(limits.queue),
      queue_wait_us_(limits.queue_wait.count()) {
  for (std::size_t i = 0; i < reactors.size(); ++i) queues_.push_back(std::make_unique<Queue>(i));
}

Admission::~Admission() = default;

void Admission::set_limits(const AdmissionLimits& limits) {
  concurrency_ = limits.concurrency;
  queue_limit_ = limits.queue;
  queue_wait_us_ = limits.queue_wait.count();
  if (waiting_ > 0) {
    for (const auto& queue : queues_) wake(queue->reactor);
  }
}

std::chrono::microseconds Admission::queue_wait() const {
  return std::chrono::microseconds(queue_wait_us_.load(std::memory_order_relaxed));
}

bool Admission::take() {
  auto limit = concurrency_.load(std::memory_order_relaxed);
  auto used = used_.load();
  while (used < limit) {
    if (used_.compare_exchange_weak(used, used + 1)) return true;
  }
  return false;
}

Permit Admission::try_acquire(std::size_t reactor) {
  if (!queues_[reactor]->waiters.empty() || !take()) return {};
  return {*this, reactor};
}

asio::awaitable<Result<Permit>> Admission::acquire(std::size_t reactor) {
  auto keep = shared_from_this();
  Queue& queue = *queues_[reactor];
  if (auto permit = try_acquire(reactor)) co_return permit;
  auto now = clock_.steady_now();
  CO_RETURN_IF_ERROR(check_room(queue, now));

  Waiter waiter(reactors_[reactor].context().get_executor(), now + queue_wait());
  Place place(*this, queue, waiter);
  serve(queue);
  boost::system::error_code woken;  // by a grant, or because the caller gives up
  if (!waiter.is_granted) {
    waiter.timer.expires_after(queue_wait());
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await waiter.timer.async_wait(token);
  }
  if (waiter.is_granted) co_return place.take_over();
  bool was_cancelled = woken && waiter.is_queued;
  if (was_cancelled) co_return fail(ErrorCode::Cancelled, "the call was given up while it queued");
  metrics_.queue_wait->add(reactor);
  co_return std::unexpected(overloaded("no call of the function ended while this one queued"));
}

Result<void> Admission::check_room(Queue& queue, SteadyTime now) {
  if (waiting_ >= queue_limit_ && !queue.waiters.empty() &&
      queue.waiters.front()->deadline <= now) {
    // Its time is over; it only has not woken yet.
    Waiter& late = *queue.waiters.front();
    leave(queue, late);
    late.timer.cancel();
  }
  if (waiting_ >= queue_limit_) {
    metrics_.queue_full->add(queue.reactor);
    return std::unexpected(overloaded("all places are taken, in the queue, too"));
  }
  if (queue.interval && *queue.interval * (queue.waiters.size() + 1) > queue_wait()) {
    metrics_.deadline->add(queue.reactor);
    return std::unexpected(overloaded("the queue is longer than can be served in time"));
  }
  return {};
}

void Admission::enter(Queue& queue, Waiter& waiter) {
  queue.waiters.push_back(&waiter);
  waiter.is_queued = true;
  ++queue.size;
  ++waiting_;
  metrics_.queue_depth->add(queue.reactor, 1);
}

void Admission::leave(Queue& queue, Waiter& waiter) {
  if (!waiter.is_queued) return;
  queue.waiters.erase(std::ranges::find(queue.waiters, &waiter));
  waiter.is_queued = false;
  --queue.size;
  --waiting_;
  metrics_.queue_depth->add(queue.reactor, -1);
  if (queue.waiters.empty()) {
    queue.last_grant.reset();
    queue.interval.reset();
    queue.own_in_a_row = 0;
  }
}

bool Admission::grant_next(Queue& queue, SteadyTime now) {
  while (!queue.waiters.empty()) {
    Waiter& first = *queue.waiters.front();
    bool in_time = first.deadline > now;
    if (in_time) {
      if (queue.last_grant) {
        auto elapsed = std::chrono::nanoseconds(now - *queue.last_grant);
        // An average that forgets: each interval counts an eighth.
        queue.interval = queue.interval ? (*queue.interval * 7 + elapsed) / 8 : elapsed;
      }
      queue.last_grant = now;
      first.is_granted = true;
    }
    leave(queue, first);
    first.timer.cancel();
    if (in_time) return true;
  }
  return false;
}

void Admission::release(std::size_t reactor) {
  Queue& queue = *queues_[reactor];
  if (!queue.waiters.empty() && used_ <= concurrency_) {
    bool others_wait = waiting_ > queue.waiters.size();
    if (!others_wait) queue.own_in_a_row = 0;
    bool is_ours = !others_wait || ++queue.own_in_a_row <= kOwnInARow;
    if (is_ours && grant_next(queue, clock_.steady_now())) return;
    queue.own_in_a_row = 0;
  }
  --used_;
  if (waiting_ > 0) wake_others(reactor);
}

// The others first, as this reactor looks after itself with its next release.
void Admission::wake_others(std::size_t reactor) {
  for (std::size_t i = 1; i <= queues_.size(); ++i) {
    Queue& queue = *queues_[(reactor + i) % queues_.size()];
    if (queue.size == 0) continue;
    if (queue.reactor == reactor) {
      serve(queue);
    } else {
      wake(queue.reactor);
    }
    return;
  }
}

void Admission::wake(std::size_t reactor) {
  asio::post(reactors_[reactor].context(), [self = shared_from_this(), reactor] {
    self->serve(*self->queues_[reactor]);
    // Its waiters may have left meanwhile, with a permit free for another's.
    if (self->waiting_ > 0 && self->used_ < self->concurrency_) self->wake_others(reactor);
  });
}

void Admission::serve(Queue& queue) {
  while (!queue.waiters.empty() && take()) {
    if (!grant_next(queue, clock_.steady_now())) {
      --used_;
      if (waiting_ > 0) wake_others(queue.reactor);
    }
  }
}

}  // namespace rockpool::platform
