#include "engine/run/epoch_ticker.h"

namespace rockpool::engine {
namespace {

// Ticks without work before the thread sleeps: short pauses between requests should not cost a
// wake-up each.
constexpr int kIdleTicks = 50;

}  // namespace

EpochTicker::EpochTicker(std::size_t pollers, std::chrono::nanoseconds interval,
                         std::function<void()> tick)
    : interval_(interval), tick_(std::move(tick)), active_(pollers), thread_([this] { run(); }) {}

EpochTicker::~EpochTicker() {
  stopping_ = true;
  rouse();
  thread_.join();
}

bool EpochTicker::any_active() const {
  for (const Flag& flag : active_) {
    if (flag.value.load(std::memory_order_seq_cst)) return true;
  }
  return false;
}

void EpochTicker::rouse() {
  asleep_.store(false, std::memory_order_seq_cst);
  asleep_.notify_one();
}

void EpochTicker::run() {
  int idle = 0;
  while (!stopping_) {
    std::this_thread::sleep_for(interval_);
    tick_();
    idle = any_active() ? 0 : idle + 1;
    if (idle < kIdleTicks) continue;
    // A poller sets its flag before it looks at `asleep_`, this looks at the flags after setting
    // it: one sees the other.
    asleep_.store(true, std::memory_order_seq_cst);
    if (any_active() || stopping_) {
      asleep_.store(false, std::memory_order_seq_cst);
    } else {
      asleep_.wait(true);
    }
    idle = 0;
  }
}

}  // namespace rockpool::engine
