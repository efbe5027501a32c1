#include "platform/programs/program_slot.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace rockpool::platform {

// The right to load; passed on when it ends, be it by an exception.
class ProgramSlot::Turn {
 public:
  explicit Turn(ProgramSlot& slot) : slot_(slot) {}
  ~Turn() { slot_.end_turn(failure_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  void fail_with(const Error& error) { failure_ = error; }

 private:
  ProgramSlot& slot_;
  std::optional<Error> failure_;
};

std::shared_ptr<const engine::Program> ProgramSlot::get() const {
  std::lock_guard lock(mutex_);
  return program_;
}

void ProgramSlot::set(std::shared_ptr<const engine::Program> program) {
  std::lock_guard lock(mutex_);
  program_ = std::move(program);
}

bool ProgramSlot::take_turn(const std::shared_ptr<Waiter>& waiter) {
  std::lock_guard lock(mutex_);
  if (is_loading_) {
    waiters_.push_back(waiter);
    return false;
  }
  is_loading_ = true;
  return true;
}

void ProgramSlot::end_turn(const std::optional<Error>& failure) {
  std::list<std::shared_ptr<Waiter>> waiters;
  {
    std::lock_guard lock(mutex_);
    is_loading_ = false;
    waiters.swap(waiters_);
  }
  for (const auto& waiter : waiters) {
    asio::post(waiter->executor, [waiter, failure] {
      waiter->failure = failure;
      waiter->event.signal();
    });
  }
}

asio::awaitable<ProgramSlot::ProgramResult> ProgramSlot::get_or_load(const Load& load) {
  auto keep = shared_from_this();
  auto executor = co_await asio::this_coro::executor;
  for (;;) {
    if (auto program = get()) co_return program;
    auto waiter = std::make_shared<Waiter>(executor, async::Event(executor), std::nullopt);
    if (take_turn(waiter)) break;
    co_await waiter->event.wait();
    if (waiter->failure) co_return std::unexpected(*waiter->failure);
  }
  Turn turn(*this);
  if (auto program = get()) co_return program;  // loaded between the look and the turn
  auto loaded = co_await load();
  if (loaded) {
    set(*loaded);
  } else {
    turn.fail_with(loaded.error());
  }
  co_return loaded;
}

}  // namespace rockpool::platform
