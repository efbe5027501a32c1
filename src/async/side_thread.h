#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "async/hand_over.h"
#include "async/task.h"

namespace rockpool::async {

// A thread with a context of its own, for tasks that wait and then work long: they would hold up a
// reactor.
class SideThread {
 public:
  SideThread();
  // Whoever awaits its tasks must have ended, or never go on.
  ~SideThread();
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  // Runs `work` there and resumes the caller on its own reactor. Cancelling the caller cancels
  // `work`; the caller goes on when that has ended. Callable from any reactor.
  template <class T>
  Task<T> run(Task<T> work) {
    auto home = co_await asio::this_coro::executor;
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    auto kept = keep(std::move(work), outcome);
    auto start = [this, home](auto handler, asio::awaitable<void> task) {
      this->start_task(home, std::move(handler), std::move(task));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        start, asio::use_awaitable, std::move(kept));
    co_return std::move(**outcome);
  }

 private:
  template <class T>
  static asio::awaitable<void> keep(Task<T> work, std::shared_ptr<std::optional<Result<T>>> to) {
    *to = co_await std::move(work);
  }

  // Asio's own way of cancelling across contexts touches the signal from both threads.
  template <class Handler>
  void start_task(const asio::any_io_executor& home, Handler handler, asio::awaitable<void> task) {
    auto signal = std::make_shared<asio::cancellation_signal>();
    auto callers = asio::get_associated_cancellation_slot(handler);
    if (callers.is_connected()) {
      callers.assign([this, signal](asio::cancellation_type type) {
        asio::post(context_, [signal, type] { signal->emit(type); });
      });
    }
    auto ended = [home, signal, callers,
                  caller = std::move(handler)](const std::exception_ptr& exception) mutable {
      auto resume = [callers, caller = std::move(caller)](std::exception_ptr thrown) mutable {
        callers.clear();
        caller(std::move(thrown));
      };
      hand_over(home, std::move(resume), exception);
    };
    auto slot = signal->slot();
    asio::co_spawn(context_, std::move(task), asio::bind_cancellation_slot(slot, std::move(ended)));
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> busy_;
  std::thread thread_;
};

}  // namespace rockpool::async
