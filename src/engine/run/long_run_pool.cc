#include "engine/run/long_run_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include "async/short_slices.h"
#include "engine/run/guest_run.h"

namespace rockpool::engine {
namespace {

// Lower than the reactors, so that short calls keep their throughput beside guests that spin.
constexpr int kNice = 10;

// Level 0 ends at 4 ms, and up to level 2, which ends at 64 ms, a run keeps its turn.
constexpr std::int64_t kFirstLevelNs = 4'000'000;
constexpr int kLastLevelInOrder = 2;

int level_of(std::int64_t attained_ns) {
  int level = 0;
  for (std::int64_t end = kFirstLevelNs; attained_ns >= end; end *= 4) ++level;
  return level;
}

}  // namespace

LongRunPool::LongRunPool(std::size_t threads, std::function<void(std::size_t)> on_thread_start) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i, on_thread_start] {
      // Linux takes a thread's id here. Where it refuses, guests that run long compete as equals.
      (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
      async::ask_for_short_slices();
      on_thread_start(i);
      work(i);
    });
  }
}

LongRunPool::~LongRunPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  available_.notify_all();
  for (auto& thread : threads_) thread.join();
  for (; !queue_.empty(); queue_.pop()) queue_.top().run->abandon_queued();
  for (; !teardowns_.empty(); teardowns_.pop()) teardowns_.front()();
}

void LongRunPool::push(GuestRun* run, std::int64_t attained_ns) {
  {
    std::lock_guard lock(mutex_);
    QueuePlace& place = run->queue_place();
    int level = level_of(attained_ns);
    bool keeps_turn = place.order != 0 && place.level == level && level <= kLastLevelInOrder;
    if (!keeps_turn) place = {.level = level, .order = ++order_};
    queue_.push({place, run});
  }
  available_.notify_one();
}

void LongRunPool::tear_down(std::move_only_function<void()> teardown) {
  {
    std::lock_guard lock(mutex_);
    teardowns_.push(std::move(teardown));
  }
  available_.notify_one();
}

void LongRunPool::work(std::size_t index) {
  std::unique_lock lock(mutex_);
  for (;;) {
    available_.wait(lock, [this] { return stopping_ || !queue_.empty() || !teardowns_.empty(); });
    if (stopping_) return;
    if (!teardowns_.empty()) {
      auto teardown = std::move(teardowns_.front());
      teardowns_.pop();
      lock.unlock();
      teardown();
      lock.lock();
      continue;
    }
    GuestRun* run = queue_.top().run;
    queue_.pop();
    lock.unlock();
    run->run_in_pool(index);
    lock.lock();
  }
}

}  // namespace rockpool::engine
