#include "logs/log_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "async/run.h"
#include "base/testing/manual_clock.h"

namespace rockpool::logs {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kForever = SteadyTime::max();

std::vector<std::string> messages(const std::vector<LogRecord>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(record.message);
  return texts;
}

class LogRingTest : public ::testing::Test {
 protected:
  void say(LogRing& ring, std::string_view line, LogStream stream = LogStream::Stderr) {
    ring.append({.version = 3, .request_id = "r-1", .trace_id = "t-1"}, stream, Log::Level::Info,
                line);
  }

  ManualClock clock_;
  LogRing ring_{"hello", LogLimits{}, clock_};
};

TEST_F(LogRingTest, ReadReturnsWhatWasAppended) {
  clock_.advance(1500ms);
  say(ring_, "a line");

  auto records = ring_.read({});

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(json::dump(to_json(records[0])),
            R"({"time":"2026-01-02T00:00:01.500Z","level":"info","function":"hello","version":3,)"
            R"("request_id":"r-1","trace_id":"t-1","stream":"stderr","message":"a line"})");
}

TEST_F(LogRingTest, ReadTakesTailSinceUntilAndRequest) {
  auto start = clock_.wall_now();
  for (const char* line : {"0", "1", "2", "3"}) {
    say(ring_, line);
    clock_.advance(1s);
  }
  ring_.append({.request_id = "r-2"}, LogStream::Stdout, Log::Level::Info, "other");

  EXPECT_THAT(messages(ring_.read({.tail = 2})), ElementsAre("3", "other"));
  EXPECT_THAT(messages(ring_.read({.since = start + 1s, .until = start + 3s})),
              ElementsAre("1", "2"));
  EXPECT_THAT(messages(ring_.read({.tail = 1, .until = start + 3s})), ElementsAre("2"));
  EXPECT_THAT(messages(ring_.read({.request_id = "r-2"})), ElementsAre("other"));
  EXPECT_THAT(ring_.read({.tail = 0}), IsEmpty());
}

TEST_F(LogRingTest, MessagesAreEscapedAndLongLinesAreCut) {
  say(ring_, "\x1b[2J\xff");
  say(ring_, std::string(LogRing::kMaxMessageBytes + 1, 'x'));

  auto records = ring_.read({});

  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].message, "\\x1b[2J\\xff");
  EXPECT_EQ(records[1].message.size(), LogRing::kMaxMessageBytes);
  EXPECT_EQ(records[2].message, "x");
}

TEST_F(LogRingTest, AFloodIsCutCountedAndTold) {
  LogRing ring("flooder", {.bytes_per_second = 100}, clock_);
  const std::string line(9, 'x');
  for (int i = 0; i < 15; ++i) say(ring, line);

  EXPECT_EQ(ring.dropped(), 5U);

  clock_.advance(1s);
  say(ring, "again");
  auto records = ring.read({.tail = 3});

  EXPECT_THAT(messages(records), ElementsAre(line, "5 lines dropped: over the log limit", "again"));
  EXPECT_EQ(records[1].stream, LogStream::Platform);
  EXPECT_EQ(records[1].level, Log::Level::Warning);
  EXPECT_EQ(ring.dropped(), 5U);
}

TEST_F(LogRingTest, AReaderHearsOfDroppedLinesWithoutAnotherLine) {
  LogRing ring("flooder", {.bytes_per_second = 10}, clock_);
  say(ring, "123456789");
  say(ring, "x");

  EXPECT_THAT(messages(ring.read({})),
              ElementsAre("123456789", "1 line dropped: over the log limit"));
}

TEST_F(LogRingTest, EmptyLinesAreLimitedToo) {
  LogRing ring("flooder", {.bytes_per_second = 10}, clock_);

  for (int i = 0; i < 100; ++i) say(ring, "");

  EXPECT_EQ(ring.dropped(), 90U);
}

TEST_F(LogRingTest, AGuestsFloodDoesNotSilenceThePlatform) {
  LogRing ring("flooder", {.bytes_per_second = 10}, clock_);
  for (int i = 0; i < 100; ++i) say(ring, "flood");

  say(ring, "trapped", LogStream::Platform);

  EXPECT_THAT(messages(ring.read({.tail = 2})),
              ElementsAre("trapped", "99 lines dropped: over the log limit"));
}

TEST_F(LogRingTest, MemoryIsBoundedAndTheNewestStay) {
  LogRing ring("talker", {.bytes_per_second = 1 << 30, .ring_bytes = 10'000}, clock_);
  EXPECT_EQ(ring.memory_bytes(), 0U);

  for (int i = 0; i < 10'000; ++i) say(ring, std::to_string(i));

  EXPECT_LE(ring.memory_bytes(), 10'000U);
  auto records = ring.read({});
  EXPECT_GT(records.size(), 100U);
  EXPECT_EQ(records.back().message, "9999");
}

TEST_F(LogRingTest, ManyThreadsMayAppend) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) say(ring_, "line");
      });
  }

  EXPECT_EQ(ring_.read({}).size(), 400U);
}

Task<std::vector<LogRecord>> next(LogFollower& follower, SteadyTime deadline) {
  auto records = co_await follower.next(deadline);
  co_return records;
}

TEST_F(LogRingTest, AFollowerStartsWithTheTailAndGoesOn) {
  asio::io_context context{1};
  say(ring_, "1");
  say(ring_, "2");
  auto follower = ring_.follow({.tail = 1}, context.get_executor());

  EXPECT_THAT(messages(*async::run(context, next(*follower, kForever))), ElementsAre("2"));
  say(ring_, "3");
  say(ring_, "4");
  EXPECT_THAT(messages(*async::run(context, next(*follower, kForever))), ElementsAre("3", "4"));
}

TEST_F(LogRingTest, AWaitingFollowerIsWokenFromAnotherThread) {
  asio::io_context context{1};
  auto follower = ring_.follow({.tail = 0}, context.get_executor());
  std::jthread other;
  // Runs once the follower waits.
  asio::co_spawn(context, next(*follower, kForever),
                 [&](const std::exception_ptr&, Result<std::vector<LogRecord>> records) {
                   EXPECT_THAT(messages(*records), ElementsAre("from afar"));
                 });
  context.poll();

  other = std::jthread([&] { say(ring_, "from afar"); });
  context.run();
}

TEST_F(LogRingTest, AFollowerSeesOnlyWhatItAskedFor) {
  asio::io_context context{1};
  auto follower = ring_.follow({.request_id = "r-2"}, context.get_executor());
  say(ring_, "not this");
  ring_.append({.request_id = "r-2"}, LogStream::Stdout, Log::Level::Info, "this");

  EXPECT_THAT(messages(*async::run(context, next(*follower, kForever))), ElementsAre("this"));
}

TEST_F(LogRingTest, AFollowerGivesUpAtItsDeadline) {
  asio::io_context context{1};
  auto follower = ring_.follow({}, context.get_executor());

  EXPECT_THAT(*async::run(context, next(*follower, std::chrono::steady_clock::now())), IsEmpty());
}

TEST_F(LogRingTest, ASlowFollowerIsToldWhatItMissed) {
  asio::io_context context{1};
  LogRing ring("talker", {.bytes_per_second = 1 << 30, .ring_bytes = 2000}, clock_);
  auto follower = ring.follow({}, context.get_executor());
  for (int i = 0; i < 1000; ++i) say(ring, "line");

  auto records = *async::run(context, next(*follower, kForever));

  EXPECT_GT(follower->missed(), 0U);
  EXPECT_EQ(records.size() + follower->missed(), 1000U);
}

TEST_F(LogRingTest, AFollowerMayEndWhileItsWakeIsOnTheWay) {
  asio::io_context context{1};
  auto follower = ring_.follow({}, context.get_executor());
  say(ring_, "line");

  follower.reset();

  EXPECT_EQ(context.run(), 1U);
  say(ring_, "nobody listens");
  context.restart();
  EXPECT_EQ(context.run(), 0U);
}

}  // namespace
}  // namespace rockpool::logs
