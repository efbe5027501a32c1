#include "logs/call_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing/manual_clock.h"

namespace rockpool::logs {
namespace {

using engine::GuestStream;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CallLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const auto& record : ring_.read({}))
      lines.push_back(std::string(name_of(record.stream)) + ": " + record.message);
    return lines;
  }

  ManualClock clock_;
  LogRing ring_{"hello", LogLimits{}, clock_};
  LogRing::Origin origin_{.version = 1, .request_id = "r", .trace_id = "t"};
};

TEST_F(CallLogTest, BytesBecomeLines) {
  CallLog log(ring_, origin_);

  log.log(GuestStream::Stderr, "one\ntw");
  log.log(GuestStream::Stderr, "o\r\n\nthr");
  EXPECT_THAT(lines(), ElementsAre("stderr: one", "stderr: two", "stderr: "));
  log.log(GuestStream::Stderr, "ee\n");

  EXPECT_EQ(lines().back(), "stderr: three");
  EXPECT_EQ(ring_.read({}).back().request_id, "r");
}

TEST_F(CallLogTest, StreamsDoNotMix) {
  CallLog log(ring_, origin_);

  log.log(GuestStream::Stdout, "out ");
  log.log(GuestStream::Stderr, "err\n");
  log.log(GuestStream::Stdout, "put\n");

  EXPECT_THAT(lines(), ElementsAre("stderr: err", "stdout: out put"));
}

TEST_F(CallLogTest, TheEndRecordsWhatHasNoNewline) {
  {
    CallLog log(ring_, origin_);
    log.log(GuestStream::Stderr, "last words");
    EXPECT_THAT(lines(), IsEmpty());
  }

  EXPECT_THAT(lines(), ElementsAre("stderr: last words"));
}

TEST_F(CallLogTest, FlushRecordsOnce) {
  CallLog log(ring_, origin_);
  log.log(GuestStream::Stderr, "partial");

  log.flush();
  log.flush();

  EXPECT_THAT(lines(), ElementsAre("stderr: partial"));
}

TEST_F(CallLogTest, ALineOfTheGreatestLengthIsOneRecord) {
  CallLog log(ring_, origin_);
  const std::string line(LogRing::kMaxMessageBytes, 'x');

  log.log(GuestStream::Stderr, line);
  log.log(GuestStream::Stderr, "\nnext\n");

  EXPECT_THAT(lines(), ElementsAre("stderr: " + line, "stderr: next"));
}

TEST_F(CallLogTest, LongerLinesAreCutBetweenCharacters) {
  CallLog log(ring_, origin_);
  const std::string almost(LogRing::kMaxMessageBytes - 1, 'x');

  log.log(GuestStream::Stderr, almost + "é and more\n");

  EXPECT_THAT(lines(), ElementsAre("stderr: " + almost, "stderr: é and more"));
}

TEST_F(CallLogTest, ThePlatformSpeaksInLinesToo) {
  CallLog log(ring_, origin_);

  log.say(Log::Level::Error, "trap: unreachable\n  at f\n");

  EXPECT_THAT(lines(), ElementsAre("platform: trap: unreachable", "platform:   at f"));
  EXPECT_EQ(ring_.read({})[0].level, Log::Level::Error);
}

}  // namespace
}  // namespace rockpool::logs
