#include "async/event.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rockpool::async {

Event::Event(asio::any_io_executor executor) : timer_(std::move(executor)) {}

asio::awaitable<void> Event::wait() {
  auto forever = asio::steady_timer::time_point::max();
  co_await wait_until(forever);
}

asio::awaitable<bool> Event::wait_until(asio::steady_timer::time_point deadline) {
  if (!signalled_) {
    timer_.expires_at(deadline);
    boost::system::error_code cancelled;  // how signal() wakes the waiter
    auto token = asio::redirect_error(asio::use_awaitable, cancelled);
    co_await timer_.async_wait(token);
  }
  co_return std::exchange(signalled_, false);
}

void Event::signal() {
  signalled_ = true;
  timer_.cancel();
}

}  // namespace rockpool::async
