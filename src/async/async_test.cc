#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <thread>

#include "async/blocking.h"
#include "async/cancel_when.h"
#include "async/event.h"
#include "async/reactor.h"
#include "async/run.h"
#include "async/task_group.h"
#include "base/check.h"

namespace rockpool::async {
namespace {

Task<int> answer() {
  co_return 42;
}

Task<int> add_one() {
  CO_ASSIGN_OR_RETURN(int value, co_await answer());
  co_return value + 1;
}

Task<void> wait_for(Event& event) {
  co_await event.wait();
  co_return Result<void>{};
}

Task<void> throw_a_bug() {
  CHECK(false, "on purpose");
  co_return Result<void>{};
}

Task<void> stop_and_wait(TaskGroup& group) {
  group.stop();
  co_await group.wait();
  co_return Result<void>{};
}

TEST(Task, CarriesValuesThroughAwaits) {
  EXPECT_EQ(*run(add_one()), 43);
}

TEST(TaskGroup, StopEndsTasksThatWait) {
  asio::io_context context{1};
  int errors = 0;
  TaskGroup group("waiters", context.get_executor(),
                  [&](const std::string&, const Error&) { ++errors; });
  Event never(context.get_executor());
  group.spawn(wait_for(never));

  auto stopped = run(context, stop_and_wait(group));

  EXPECT_TRUE(stopped);
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(errors, 0);
}

TEST(TaskGroup, ABugIsToldAndCostsOneTask) {
  asio::io_context context{1};
  std::string told;
  TaskGroup group("buggy", context.get_executor(),
                  [&](const std::string&, const Error& error) { told = error.message(); });

  group.spawn(throw_a_bug());
  context.run();

  EXPECT_NE(told.find("on purpose"), std::string::npos);
}

TEST(Event, ASignalBeforeTheWaitIsKept) {
  asio::io_context context{1};
  Event event(context.get_executor());

  event.signal();

  EXPECT_TRUE(run(context, wait_for(event)));
}

Task<bool> runs_elsewhere(BlockingPool& pool) {
  auto caller = std::this_thread::get_id();
  auto work = [caller] { return Result<bool>(std::this_thread::get_id() != caller); };
  CO_ASSIGN_OR_RETURN(bool elsewhere, co_await pool.run(work));
  co_return elsewhere&& std::this_thread::get_id() == caller;
}

TEST(BlockingPool, WorkLeavesTheThreadAndTheCallerReturnsToIt) {
  BlockingPool pool(1);

  EXPECT_TRUE(*run(runs_elsewhere(pool)));
}

TEST(Reactors, EachRunsOnItsOwnThread) {
  std::atomic<int> started = 0;
  Reactors reactors(2, [&] { ++started; });
  std::atomic<int> ran = 0;
  for (std::size_t i = 0; i < reactors.size(); ++i)
    asio::post(reactors[i].context(), [&] {
      ran.fetch_add(1);
      ran.notify_all();
    });

  reactors.start();

  for (int seen = ran; seen < 2; seen = ran) ran.wait(seen);
  EXPECT_EQ(started, 2);
}

asio::awaitable<int> one_whatever_happens(Event& event) {
  co_await event.wait();
  co_return 1;
}

Task<bool> is_wanted(std::function<void(std::function<void()>)> subscribe, Event& event) {
  auto work = one_whatever_happens(event);
  auto outcome = co_await cancel_when(subscribe, std::move(work));
  co_return outcome.has_value();
}

TEST(CancelWhen, WorkThatReturnsAfterItWasCancelledGivesNothing) {
  asio::io_context context{1};
  Event event(context.get_executor());
  std::function<void()> tell;
  auto subscribe = [&tell](std::function<void()> told) { tell = std::move(told); };
  asio::post(context, [&] {
    asio::post(context, [&] {
      event.signal();
      tell();
    });
  });

  auto wanted = run(context, is_wanted(subscribe, event));

  EXPECT_FALSE(wanted.value());
}

TEST(CancelWhen, WorkThatEndsByItselfGivesItsOutcome) {
  asio::io_context context{1};
  Event event(context.get_executor());
  event.signal();
  auto subscribe = [](std::function<void()>) {};

  auto wanted = run(context, is_wanted(subscribe, event));

  EXPECT_TRUE(wanted.value());
}

}  // namespace
}  // namespace rockpool::async
