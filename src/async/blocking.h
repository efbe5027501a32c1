#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

#include "async/hand_over.h"
#include "async/task.h"

namespace rockpool::async {

// A few threads for work that blocks: files, fsync, waiting for a child process.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads) : pool_(threads) {}
  // Waits for what is running.
  ~BlockingPool() { pool_.join(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `work()` (which gives a Result) on the pool and resumes the caller on its own reactor.
  // What `work` refers to must live until then: the awaiting coroutine can't be cancelled
  // meanwhile.
  template <class Work>
  auto run(Work work) -> asio::awaitable<std::invoke_result_t<Work>> {
    using Value = std::invoke_result_t<Work>;
    auto home = co_await asio::this_coro::executor;
    auto start = [this, home, &work](auto handler) {
      asio::post(pool_, [home, &work, handler = std::move(handler)]() mutable {
        hand_over(home, std::move(handler), work());
      });
    };
    auto token = asio::use_awaitable;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Value)>(start,
                                                                                        token);
  }

 private:
  asio::thread_pool pool_;
};

}  // namespace rockpool::async
