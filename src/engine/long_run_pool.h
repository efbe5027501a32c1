#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace rockpool::engine {

class GuestRun;

// Threads of low priority for guests that outlived their first quantum: the one that got the least
// CPU so far goes first, one epoch tick at a time. They also tear down what would take a reactor
// too long.
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
    std::int64_t attained_ns;
    std::uint64_t order;  // first come, first served among equals
    GuestRun* run;
    bool operator<(const Entry& other) const {
      return attained_ns != other.attained_ns ? attained_ns > other.attained_ns
                                              : order > other.order;
    }
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
