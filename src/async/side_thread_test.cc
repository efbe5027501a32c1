#include "async/side_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <stdexcept>
#include <thread>

#include "async/event.h"
#include "async/run.h"
#include "async/task_group.h"

namespace rockpool::async {
namespace {

Task<std::thread::id> give_thread() {
  co_return std::this_thread::get_id();
}

Task<void> throw_there() {
  throw std::runtime_error("on purpose");
  co_return Result<void>{};
}

struct Seen {
  std::thread::id there;
  std::thread::id back;
};

Task<Seen> go_there_and_back(SideThread& side) {
  auto work = give_thread();
  CO_ASSIGN_OR_RETURN(auto there, co_await side.run(std::move(work)));
  co_return Seen{there, std::this_thread::get_id()};
}

TEST(SideThread, RunsTheTaskElsewhereAndResumesTheCallerAtHome) {
  SideThread side;

  auto seen = run(go_there_and_back(side));

  ASSERT_TRUE(seen);
  EXPECT_NE(seen->there, std::this_thread::get_id());
  EXPECT_EQ(seen->back, std::this_thread::get_id());
}

TEST(SideThread, ThrowsWhatTheTaskThrew) {
  SideThread side;

  EXPECT_THROW((void)run(side.run(throw_there())), std::runtime_error);
}

// Says that it waits by `begun`, then does until it is cancelled.
Task<void> wait_forever(std::atomic<bool>& begun, std::atomic<bool>& cancelled) {
  auto executor = co_await asio::this_coro::executor;
  co_await asio::this_coro::throw_if_cancelled(false);
  asio::steady_timer never(executor, asio::steady_timer::time_point::max());
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  begun = true;
  co_await never.async_wait(token);
  cancelled = error == asio::error::operation_aborted;
  co_return Result<void>{};
}

Task<void> stop_when(TaskGroup& group, const std::atomic<bool>& begun) {
  while (!begun) {
    co_await asio::post(asio::use_awaitable);
  }
  group.stop();
  co_await group.wait();
  co_return Result<void>{};
}

TEST(SideThread, CancelsTheTaskWithItsCaller) {
  SideThread side;
  asio::io_context context{1};
  TaskGroup callers("callers", context.get_executor(), [](const std::string&, const Error&) {});
  std::atomic<bool> begun = false;
  std::atomic<bool> cancelled = false;
  auto work = wait_forever(begun, cancelled);
  callers.spawn(side.run(std::move(work)));

  auto stopped = run(context, stop_when(callers, begun));

  EXPECT_TRUE(stopped);
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(callers.size(), 0U);
}

}  // namespace
}  // namespace rockpool::async
