#include "platform/admission/admission.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/registry.h"
#include "platform/admission/function_metrics.h"

namespace rockpool::platform {
namespace {

using std::chrono::milliseconds;

// A call that waits for its permit on reactor 0.
struct Waiting {
  std::optional<Result<Permit>> outcome;
  asio::cancellation_signal cancel;

  std::string code() const {
    if (!outcome) return "waits";
    return *outcome ? "permit" : std::string(name_of(outcome->error().code()));
  }
};

asio::awaitable<void> acquire_into(Admission& admission, std::optional<Result<Permit>>& outcome) {
  outcome = co_await admission.acquire(0);
}

class AdmissionTest : public testing::Test {
 protected:
  std::shared_ptr<Admission> make(AdmissionLimits limits) {
    return std::make_shared<Admission>(reactors_, system_clock(), limits, metrics_);
  }

  std::unique_ptr<Waiting> wait_for(Admission& admission) {
    auto waiting = std::make_unique<Waiting>();
    auto bound = asio::bind_cancellation_slot(waiting->cancel.slot(), [](std::exception_ptr) {});
    asio::co_spawn(context(), acquire_into(admission, waiting->outcome), std::move(bound));
    run_what_is_ready();
    return waiting;
  }

  void run_what_is_ready() {
    context().restart();
    context().poll();
  }
  void run_until_idle() {
    context().restart();
    context().run();
  }
  asio::io_context& context() { return reactors_[0].context(); }

  async::Reactors reactors_{1, nullptr};
  metrics::Registry registry_{1};
  FunctionMetrics function_metrics_{registry_};
  AdmissionMetrics metrics_{.queue_full = function_metrics_.shed.with({"f", "queue-full"}),
                            .queue_wait = function_metrics_.shed.with({"f", "queue-wait"}),
                            .deadline = function_metrics_.shed.with({"f", "deadline"}),
                            .queue_depth = function_metrics_.queue_depth.with({"f"})};
};

TEST_F(AdmissionTest, GivesAsManyPermitsAsItsConcurrency) {
  auto admission = make({.concurrency = 2});

  Permit first = admission->try_acquire(0);
  Permit second = admission->try_acquire(0);
  Permit third = admission->try_acquire(0);

  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE(third);
  EXPECT_EQ(admission->in_use(), 2U);

  first.release();

  EXPECT_TRUE(admission->try_acquire(0));
}

TEST_F(AdmissionTest, WaitersGetPermitsInTheirOrder) {
  auto admission = make({.concurrency = 1});
  Permit held = admission->try_acquire(0);
  auto first = wait_for(*admission);
  auto second = wait_for(*admission);
  ASSERT_EQ(admission->waiting(), 2U);

  held.release();
  run_what_is_ready();

  EXPECT_EQ(first->code(), "permit");
  EXPECT_EQ(second->code(), "waits");

  first->outcome.reset();
  run_what_is_ready();

  EXPECT_EQ(second->code(), "permit");
  EXPECT_EQ(admission->in_use(), 1U);
  second->outcome.reset();
  EXPECT_EQ(admission->in_use(), 0U);
}

TEST_F(AdmissionTest, ANewCallDoesNotOvertakeThoseThatWait) {
  auto admission = make({.concurrency = 1});
  Permit held = admission->try_acquire(0);
  auto waiting = wait_for(*admission);
  held.release();

  EXPECT_FALSE(admission->try_acquire(0)) << "the permit is the waiter's";

  run_what_is_ready();
  EXPECT_EQ(waiting->code(), "permit");
}

TEST_F(AdmissionTest, AFullQueueTurnsAwayAtOnce) {
  auto admission = make({.concurrency = 1, .queue = 1});
  Permit held = admission->try_acquire(0);
  auto waits = wait_for(*admission);

  auto refused = wait_for(*admission);

  EXPECT_EQ(refused->code(), "overloaded");
  EXPECT_EQ(waits->code(), "waits");
  held.release();
  run_what_is_ready();
}

TEST_F(AdmissionTest, AWaiterIsTurnedAwayWhenItsTimeIsOver) {
  auto admission = make({.concurrency = 1, .queue_wait = milliseconds(5)});
  Permit held = admission->try_acquire(0);
  auto waiting = wait_for(*admission);

  run_until_idle();

  EXPECT_EQ(waiting->code(), "overloaded");
  EXPECT_EQ(admission->waiting(), 0U);
  held.release();
  EXPECT_EQ(admission->in_use(), 0U) << "nobody was given the permit";
}

TEST_F(AdmissionTest, ACallThatIsGivenUpLeavesTheQueue) {
  auto admission = make({.concurrency = 1});
  Permit held = admission->try_acquire(0);
  auto given_up = wait_for(*admission);
  auto next = wait_for(*admission);

  given_up->cancel.emit(asio::cancellation_type::terminal);
  run_what_is_ready();

  EXPECT_EQ(admission->waiting(), 1U);
  held.release();
  run_what_is_ready();
  EXPECT_EQ(next->code(), "permit");
}

TEST_F(AdmissionTest, APermitThatIsGrantedWhileItsCallIsGivenUpGoesBack) {
  auto admission = make({.concurrency = 1});
  Permit held = admission->try_acquire(0);
  auto given_up = wait_for(*admission);

  held.release();
  given_up->cancel.emit(asio::cancellation_type::terminal);
  run_what_is_ready();
  given_up->outcome.reset();

  EXPECT_EQ(admission->in_use(), 0U);
  EXPECT_TRUE(admission->try_acquire(0));
}

TEST_F(AdmissionTest, MoreConcurrencyServesThoseThatWait) {
  auto admission = make({.concurrency = 1});
  Permit held = admission->try_acquire(0);
  auto waiting = wait_for(*admission);

  admission->set_limits({.concurrency = 2});
  run_what_is_ready();

  EXPECT_EQ(waiting->code(), "permit");
}

TEST_F(AdmissionTest, LessConcurrencyHoldsPermitsBackUntilEnoughCallsHaveEnded) {
  auto admission = make({.concurrency = 2});
  Permit first = admission->try_acquire(0);
  Permit second = admission->try_acquire(0);

  admission->set_limits({.concurrency = 1});
  first.release();

  EXPECT_FALSE(admission->try_acquire(0));

  second.release();

  EXPECT_TRUE(admission->try_acquire(0));
}

}  // namespace
}  // namespace rockpool::platform
