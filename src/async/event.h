#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rockpool::async {

namespace asio = boost::asio;

// Something one coroutine waits for and others on the same reactor signal. A signal without a
// waiter is kept, once.
class Event {
 public:
  explicit Event(asio::any_io_executor executor);

  // Returns at once if signalled since the last wait(). One waiter at a time.
  asio::awaitable<void> wait();
  // False if `deadline` passed without a signal.
  asio::awaitable<bool> wait_until(asio::steady_timer::time_point deadline);
  void signal();

 private:
  bool signalled_ = false;
  asio::steady_timer timer_;
};

}  // namespace rockpool::async
