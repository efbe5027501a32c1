#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace rockpool::engine {

// Calls `tick` every `interval` while any thread polls a guest, from a thread of its own that
// sleeps otherwise.
class EpochTicker {
 public:
  // `pollers`: how many threads poll guests, at most.
  EpochTicker(std::size_t pollers, std::chrono::nanoseconds interval, std::function<void()> tick);
  ~EpochTicker();
  EpochTicker(const EpochTicker&) = delete;
  EpochTicker& operator=(const EpochTicker&) = delete;

  // While one of these lives, the calling thread, number `poller`, runs guest code.
  class Polling {
   public:
    Polling(EpochTicker& ticker, std::size_t poller) : active_(ticker.active_[poller].value) {
      active_.store(true, std::memory_order_seq_cst);
      if (ticker.asleep_.load(std::memory_order_seq_cst)) ticker.rouse();
    }
    ~Polling() { active_.store(false, std::memory_order_relaxed); }
    Polling(const Polling&) = delete;
    Polling& operator=(const Polling&) = delete;

   private:
    std::atomic<bool>& active_;
  };

 private:
  struct alignas(64) Flag {
    std::atomic<bool> value{false};
  };

  void run();
  bool any_active() const;
  void rouse();

  std::chrono::nanoseconds interval_;
  std::function<void()> tick_;
  std::vector<Flag> active_;
  std::atomic<bool> asleep_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace rockpool::engine
