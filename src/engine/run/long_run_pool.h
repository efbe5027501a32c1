#pragma once

#include <compare>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace rockpool::engine {

class GuestRun;

// Where a run stands in the pool's queue.
struct QueuePlace {
  int level = 0;            // of the CPU time that it got so far
  std::uint64_t order = 0;  // first come, first served within a level
  auto operator<=>(const QueuePlace&) const = default;
};

// Threads of low priority for guests that outlived their first quantum, one epoch tick at a time.
//
// Those that got the least CPU so far go first, by levels that are each four times as wide as the
// one before (multi-level feedback). A run keeps its turn within the lower levels, so that calls of
// a few milliseconds are answered in their order, and takes turns with its like in the higher ones.
// The threads also tear down what would take a reactor too long.
class LongRunPool {
 public:
  // `on_thread_start(i)` runs first on thread i.
  LongRunPool(std::size_t threads, std::function<void(std::size_t)> on_thread_start);
  // Ends the calls that wait in it and joins the threads.
  ~LongRunPool();
  LongRunPool(const LongRunPool&) = delete;
  LongRunPool& operator=(const LongRunPool&) = delete;

  // Takes over one reference of `run`, whose state is Queued.
  void push(GuestRun* run, std::int64_t attained_ns);
  // Runs `work` soon, before any guest.
  void tear_down(std::move_only_function<void()> work);

 private:
  struct Entry {
    QueuePlace place;
    GuestRun* run;
    bool operator<(const Entry& other) const { return place > other.place; }
  };

  void work(std::size_t index);

  std::mutex mutex_;
  std::condition_variable available_;
  std::priority_queue<Entry> queue_;
  std::queue<std::move_only_function<void()>> teardowns_;
  std::uint64_t order_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rockpool::engine
