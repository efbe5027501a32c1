#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <list>
#include <string>

#include "async/task.h"

namespace rockpool::async {

// Background coroutines of one reactor that end together. All methods are called on that reactor's
// thread.
class TaskGroup {
 public:
  // `on_error` hears of every task that ends with an error or an exception (a Bug), with the
  // group's name.
  using OnError = std::function<void(const std::string& group, const Error& error)>;

  TaskGroup(std::string name, asio::any_io_executor executor, OnError on_error);
  // The tasks must have ended: call stop() and wait() first, or stop the reactor.
  ~TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<void> task);
  // Asks every task to end (terminal cancellation of what it awaits); spawn() is refused
  // afterwards.
  void stop();
  // Returns when no task is left.
  asio::awaitable<void> wait();
  std::size_t size() const { return running_; }

 private:
  void finished(std::list<asio::cancellation_signal>::iterator signal,
                const std::exception_ptr& exception, const Result<void>& result);

  std::string name_;
  asio::any_io_executor executor_;
  OnError on_error_;
  std::list<asio::cancellation_signal> signals_;
  std::size_t running_ = 0;
  bool stopped_ = false;
  asio::steady_timer all_ended_;  // cancelled when the last task ends
};

}  // namespace rockpool::async
