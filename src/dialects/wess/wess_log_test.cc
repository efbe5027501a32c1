#include "dialects/wess/wess_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "store/testing/temporary_directory.h"

namespace rockpool::dialects::wess {
namespace {

using Level = WessLog::Level;
using Target = WessLog::Target;

class StoppedClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return {}; }
  WallTime wall_now() const override { return WallTime(std::chrono::seconds(1'700'000'000)); }
};

class WessLogTest : public testing::Test {
 protected:
  // What the file holds once the log is closed.
  std::string written(std::unique_ptr<WessLog> log) {
    log.reset();
    std::ifstream file(folder_.path() / "log" / "wess.log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::unique_ptr<WessLog> open() { return WessLog::open(folder_.path(), clock_).value(); }

  store::TemporaryDirectory folder_;
  StoppedClock clock_;
};

TEST_F(WessLogTest, LinesHaveWesssForm) {
  auto log = open();

  log->write(Level::Info, Target::Transaction, "CREATE x");
  log->write(Level::Error, Target::Error, "Error: Not found");

  EXPECT_EQ(written(std::move(log)),
            "2023-11-14T22:13:20 | INFO wess::tx | src/main.rs:1 - CREATE x\n"
            "2023-11-14T22:13:20 | ERROR wess::err | src/main.rs:1 - Error: Not found\n");
}

TEST_F(WessLogTest, AMessageStaysInItsLine) {
  auto log = open();

  log->write(Level::Warn, Target::Wess, "a\nb\r\x1b[0m");

  EXPECT_EQ(written(std::move(log)),
            "2023-11-14T22:13:20 | WARN wess | src/main.rs:1 - a\\x0ab\\x0d\\x1b[0m\n");
}

TEST_F(WessLogTest, WhatWasThereStays) {
  auto first = open();
  first->write(Level::Info, Target::Wess, "one");
  first.reset();

  auto second = open();
  second->write(Level::Info, Target::Wess, "two");

  auto text = written(std::move(second));
  EXPECT_NE(text.find("- one\n"), std::string::npos);
  EXPECT_NE(text.find("- two\n"), std::string::npos);
}

}  // namespace
}  // namespace rockpool::dialects::wess
