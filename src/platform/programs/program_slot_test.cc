#include "platform/programs/program_slot.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

namespace rockpool::platform {
namespace {

struct SomeProgram final : engine::Program {
  engine::Abi abi() const override { return engine::Abi::Http; }
};

// Loads that end when the test says so; counts them.
class Loads {
 public:
  explicit Loads(asio::io_context& context) : go_on_(context.get_executor()) {}

  ProgramSlot::Load load() {
    return [this] { return run(); };
  }
  void end_with(ProgramSlot::ProgramResult result) {
    result_ = std::move(result);
    go_on_.signal();
  }
  int begun = 0;

 private:
  asio::awaitable<ProgramSlot::ProgramResult> run() {
    ++begun;
    co_await go_on_.wait();
    co_return result_;
  }

  async::Event go_on_;
  ProgramSlot::ProgramResult result_;
};

struct Asked {
  std::optional<ProgramSlot::ProgramResult> outcome;
  asio::cancellation_signal cancel;
};

asio::awaitable<void> ask(std::shared_ptr<ProgramSlot> slot, const ProgramSlot::Load& load,
                          std::optional<ProgramSlot::ProgramResult>& outcome) {
  outcome = co_await slot->get_or_load(load);
}

class ProgramSlotTest : public testing::Test {
 protected:
  void ask_for_it(Asked& asked) {
    auto bound = asio::bind_cancellation_slot(asked.cancel.slot(), [](std::exception_ptr) {});
    asio::co_spawn(context_, ask(slot_, load_, asked.outcome), std::move(bound));
    run();
  }
  void run() {
    context_.restart();
    context_.poll();
  }

  asio::io_context context_{1};
  std::shared_ptr<ProgramSlot> slot_ = std::make_shared<ProgramSlot>();
  Loads loads_{context_};
  ProgramSlot::Load load_ = loads_.load();
};

TEST_F(ProgramSlotTest, LoadsOnceForAllThatAskMeanwhile) {
  Asked first;
  Asked second;
  ask_for_it(first);
  ask_for_it(second);
  auto program = std::make_shared<const SomeProgram>();

  loads_.end_with(program);
  run();

  EXPECT_EQ(loads_.begun, 1);
  EXPECT_EQ(first.outcome->value(), program);
  EXPECT_EQ(second.outcome->value(), program);
  EXPECT_EQ(slot_->get(), program);
}

TEST_F(ProgramSlotTest, AFailureIsSharedAndNotRemembered) {
  Asked first;
  Asked second;
  ask_for_it(first);
  ask_for_it(second);

  loads_.end_with(fail(ErrorCode::Corrupt, "lost"));
  run();

  EXPECT_EQ(first.outcome->error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(second.outcome->error().code(), ErrorCode::Corrupt);

  Asked later;
  ask_for_it(later);

  EXPECT_EQ(loads_.begun, 2);
}

TEST_F(ProgramSlotTest, AnotherTakesThePlaceOfALoadThatIsGivenUp) {
  Asked given_up;
  Asked next;
  ask_for_it(given_up);
  ask_for_it(next);

  given_up.cancel.emit(asio::cancellation_type::terminal);
  run();

  EXPECT_EQ(loads_.begun, 2);
  EXPECT_FALSE(next.outcome);
}

}  // namespace
}  // namespace rockpool::platform
