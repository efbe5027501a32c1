#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "async/task.h"

namespace rockpool::async {

template <class T>
asio::awaitable<void> keep_outcome(Task<T> task, std::optional<Result<T>>& outcome) {
  outcome = co_await std::move(task);
}

// Runs `task` to its end on a context of its own, on the calling thread. For commands and tests.
template <class T>
Result<T> run(asio::io_context& context, Task<T> task) {
  std::optional<Result<T>> outcome;
  std::exception_ptr failed;
  asio::co_spawn(context, keep_outcome(std::move(task), outcome),
                 [&](std::exception_ptr exception) {
                   failed = exception;
                   context.stop();
                 });
  context.restart();
  context.run();
  if (failed) std::rethrow_exception(failed);
  return std::move(*outcome);
}

template <class T>
Result<T> run(Task<T> task) {
  asio::io_context context{1};
  return run(context, std::move(task));
}

}  // namespace rockpool::async
