#include "async/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/check.h"

namespace rockpool::async {

TaskGroup::TaskGroup(std::string name, asio::any_io_executor executor, OnError on_error)
    : name_(std::move(name)),
      executor_(std::move(executor)),
      on_error_(std::move(on_error)),
      all_ended_(executor_, asio::steady_timer::time_point::max()) {}

void TaskGroup::spawn(Task<void> task) {
  CHECK(!stopped_, "a stopped group takes no tasks: " + name_);
  auto signal = signals_.emplace(signals_.end());
  ++running_;
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(
          signal->slot(), [this, signal](const std::exception_ptr& exception, Result<void> result) {
            finished(signal, exception, result);
          }));
}

void TaskGroup::finished(std::list<asio::cancellation_signal>::iterator signal,
                         const std::exception_ptr& exception, const Result<void>& result) {
  signals_.erase(signal);
  if (--running_ == 0) all_ended_.cancel();
  if (exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
      // What stop() cancels ends this way; that is no failure.
      if (!stopped_ || error.code() != asio::error::operation_aborted) {
        on_error_(name_, Error(ErrorCode::Internal, error.what()));
      }
    } catch (const std::exception& error) {
      on_error_(name_, Error(ErrorCode::Internal, error.what()));
    }
  } else if (!result && result.error().code() != ErrorCode::Cancelled) {
    on_error_(name_, result.error());
  }
}

void TaskGroup::stop() {
  stopped_ = true;
  // A handler may end its task at once and erase its signal: step first.
  for (auto next = signals_.begin(); next != signals_.end();) {
    auto signal = next++;
    signal->emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> TaskGroup::wait() {
  while (running_ > 0) {
    boost::system::error_code ignored;  // cancelled is how the end is told
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    co_await all_ended_.async_wait(token);
  }
}

}  // namespace rockpool::async
