#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <utility>

#include "async/task.h"

namespace rockpool::async {

// From another thread: calls `handler(value)` on `home`. The handler runs only when this thread is
// done with `home`, so it may end with the last use of its context.
template <class Handler, class Value>
void hand_over(const asio::any_io_executor& home, Handler handler, Value value) {
  auto posting = std::make_shared<std::mutex>();
  std::lock_guard until_posted(*posting);
  asio::post(home, [posting, handler = std::move(handler), value = std::move(value)]() mutable {
    {
      std::lock_guard after_the_post(*posting);
    }
    handler(std::move(value));
  });
}

}  // namespace rockpool::async
