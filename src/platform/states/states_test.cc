#include "platform/states/states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "async/run.h"
#include "base/testing/manual_clock.h"
#include "metrics/registry.h"
#include "platform/admission/function_metrics.h"
#include "store/memory_kv_store.h"

namespace rockpool::platform {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

// A state that is its head and one block.
class TextState final : public engine::GuestState {
 public:
  bool is_loaded() const override { return is_loaded_; }
  Result<void> load(const engine::StateChange& saved) override {
    text_ = saved.head;
    for (const auto& block : saved.blocks) text_ += block.bytes;
    is_loaded_ = true;
    return {};
  }
  std::optional<engine::StateChange> take_change() override { return std::exchange(change_, {}); }
  void keep_change() override { is_unsaved_ = false; }
  void end_turn() override {
    change_.reset();
    if (std::exchange(is_unsaved_, false)) is_loaded_ = false;
  }
  std::uint64_t bytes() const override { return text_.size(); }

  const std::string& text() const { return text_; }
  // As a call does.
  void become(std::string head, std::string block) {
    text_ = head + block;
    change_ = engine::StateChange{.head = std::move(head)};
    change_->blocks.push_back({.area = 1, .index = 300, .bytes = std::move(block)});
    is_unsaved_ = true;
  }

 private:
  std::string text_;
  bool is_loaded_ = false;
  bool is_unsaved_ = false;
  std::optional<engine::StateChange> change_;
};

std::string text_in(States::Turn& turn) {
  return static_cast<TextState&>(turn.state()).text();
}

class StatesTest : public testing::Test {
 protected:
  static constexpr StateLimits kLimits{
      .keys = 3, .idle = 2, .idle_bytes = 100, .idle_time = std::chrono::minutes(1)};

  std::unique_ptr<States> make() {
    return std::make_unique<States>(store_, reactors_, clock_, kLimits, [this] {
      ++made_;
      return std::make_unique<TextState>();
    });
  }

  static StateId state(std::string key, std::string_view function = "f") {
    return {.function = FunctionName::parse(function).value(),
            .created = WallTime(std::chrono::milliseconds(1234)),
            .module = Digest::of("module"),
            .key = std::move(key)};
  }

  Result<States::Turn> enter(std::string key) { return enter(state(std::move(key))); }
  Result<States::Turn> enter(StateId name) {
    return async::run(context(), states_->enter(0, std::move(name), {}, metrics_));
  }
  Result<void> save(States::Turn& turn) { return async::run(context(), turn.save()); }

  // What a call would find, that gets its turn.
  std::string text_of(const std::string& key) {
    auto turn = enter(key);
    return turn ? text_in(*turn) : std::string(name_of(turn.error().code()));
  }
  Result<void> write(const std::string& key, std::string head, std::string block) {
    auto turn = enter(key);
    if (!turn) return std::unexpected(turn.error());
    static_cast<TextState&>(turn->state()).become(std::move(head), std::move(block));
    return save(*turn);
  }

  void restart() { states_ = make(); }

  std::vector<std::string> stored(const std::string& bucket) {
    std::vector<std::string> values;
    auto all = store_.for_each_blocking(
        bucket, "", [&](std::string_view, std::string_view value) -> Result<void> {
          values.emplace_back(value);
          return {};
        });
    EXPECT_TRUE(all);
    return values;
  }

  async::asio::io_context& context() { return reactors_[0].context(); }

  store::MemoryKvStore store_;
  async::Reactors reactors_{1, nullptr};
  ManualClock clock_;
  metrics::Registry registry_{1};
  FunctionMetrics function_metrics_{registry_};
  AdmissionMetrics metrics_{.queue_full = function_metrics_.shed.with({"f", "queue-full"}),
                            .queue_wait = function_metrics_.shed.with({"f", "queue-wait"}),
                            .deadline = function_metrics_.shed.with({"f", "deadline"}),
                            .queue_depth = function_metrics_.queue_depth.with({"f"})};
  int made_ = 0;
  std::unique_ptr<States> states_ = make();
};

TEST_F(StatesTest, WhatWasSavedIsThereAfterARestart) {
  ASSERT_TRUE(write("ann", "head", "block"));

  restart();

  EXPECT_EQ(text_of("ann"), "headblock");
  EXPECT_EQ(text_of("bob"), "");
}

TEST_F(StatesTest, WhatWasNotSavedIsLost) {
  ASSERT_TRUE(write("ann", "a", "1"));
  {
    auto turn = enter("ann");
    static_cast<TextState&>(turn->state()).become("b", "2");
  }

  EXPECT_EQ(text_of("ann"), "a1");
}

TEST_F(StatesTest, AStoreThatRefusesLeavesTheStateAsItWas) {
  ASSERT_TRUE(write("ann", "a", "1"));
  store_.fail_commits(Error(ErrorCode::StorageFull, "full"));

  auto refused = write("ann", "b", "2");
  store_.fail_commits(std::nullopt);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::StorageFull);
  EXPECT_EQ(text_of("ann"), "a1");
}

TEST_F(StatesTest, BlocksOfZerosAreNotStored) {
  ASSERT_TRUE(write("ann", "a", "1"));
  EXPECT_THAT(stored(kStateBlocksBucket), ElementsAre("1"));

  ASSERT_TRUE(write("ann", "a", ""));

  EXPECT_THAT(stored(kStateBlocksBucket), IsEmpty());
}

TEST_F(StatesTest, AStateThatIsKeptInMemoryIsNotReadAgain) {
  ASSERT_TRUE(write("ann", "a", "1"));
  store::WriteBatch erased;
  erased.erase_prefix(kStatesBucket, "");
  ASSERT_TRUE(store_.commit_blocking(std::move(erased)));

  EXPECT_EQ(text_of("ann"), "a1");
}

// Notes what it finds in the state when its turn comes.
async::asio::awaitable<void> note_turn(States& states, StateId name, AdmissionMetrics metrics,
                                       std::vector<std::string>& order) {
  AdmissionLimits limits;
  auto turn = co_await states.enter(0, std::move(name), limits, metrics);
  order.push_back(turn ? text_in(*turn) : "refused");
}

TEST_F(StatesTest, AreListedInOrderAndInPages) {
  for (const char* key : {"bob", "", "ann"}) ASSERT_TRUE(write(key, "a", "1"));
  auto list = [this](std::optional<std::string> after, std::size_t limit) {
    auto page = async::run(context(), states_->list(state("any"), std::move(after), limit));
    EXPECT_TRUE(page);
    return *std::move(page);
  };

  auto first = list(std::nullopt, 1);
  ASSERT_EQ(first.states.size(), 1U);
  EXPECT_EQ(first.states[0].key, "");
  EXPECT_EQ(first.states[0].saved, clock_.wall_now());
  EXPECT_EQ(first.next, "");
  auto rest = list(first.next, 2);
  ASSERT_EQ(rest.states.size(), 2U);
  EXPECT_EQ(rest.states[0].key, "ann");
  EXPECT_EQ(rest.states[1].key, "bob");
  EXPECT_FALSE(rest.next);
}

TEST_F(StatesTest, OneThatIsErasedBeginsAnew) {
  ASSERT_TRUE(write("ann", "a", "1"));
  ASSERT_TRUE(write("bob", "b", "1"));
  auto erase = [this](std::string key) {
    return async::run(context(), states_->erase(0, state(std::move(key)), {}, metrics_));
  };

  ASSERT_TRUE(erase("ann"));

  EXPECT_EQ(text_of("ann"), "");
  EXPECT_EQ(text_of("bob"), "b1");
  EXPECT_EQ(stored(kStatesBucket).size(), 1U);
  EXPECT_EQ(stored(kStateBlocksBucket).size(), 1U);
  auto again = erase("ann");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::NotFound);
  restart();
  EXPECT_EQ(text_of("ann"), "");
}

TEST_F(StatesTest, OneThatIsErasedMakesRoomForAnother) {
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(write(key, "a", "1"));
  ASSERT_FALSE(write("d", "a", "1"));

  ASSERT_TRUE(async::run(context(), states_->erase(0, state("b"), {}, metrics_)));

  EXPECT_TRUE(write("d", "a", "1"));
}

// A record that is shorter than its time.
TEST_F(StatesTest, AHeadThatCanNotBeReadIsCorrupt) {
  ASSERT_TRUE(write("ann", "a", "1"));
  store::WriteBatch batch;
  batch.put(kStatesBucket, state_head_key(state("ann")), "short");
  ASSERT_TRUE(store_.commit_blocking(std::move(batch)));
  restart();

  EXPECT_EQ(text_of("ann"), "corrupt");
}

TEST_F(StatesTest, CallsOfOneStateTakeTurns) {
  auto first = std::make_optional(enter("ann").value());
  std::vector<std::string> order;

  auto second = note_turn(*states_, state("ann"), metrics_, order);
  async::asio::co_spawn(context(), std::move(second), async::asio::detached);
  context().restart();
  context().poll();
  EXPECT_THAT(order, IsEmpty());
  static_cast<TextState&>(first->state()).become("a", "1");
  ASSERT_TRUE(save(*first));
  first.reset();
  context().restart();
  context().poll();

  EXPECT_THAT(order, ElementsAre("a1"));
}

TEST_F(StatesTest, StatesDoNotWaitForEachOther) {
  auto ann = enter("ann");
  auto bob = enter("bob");
  auto nameless = enter("");
  auto other = enter(state("ann", "g"));

  EXPECT_TRUE(ann && bob && nameless && other);
}

TEST_F(StatesTest, ThoseUsedLongestAgoGoIfThereAreTooMany) {
  for (const char* key : {"a", "b", "a", "c"}) ASSERT_TRUE(enter(key));
  EXPECT_EQ(states_->idle(), 2);
  EXPECT_EQ(made_, 3);

  EXPECT_TRUE(enter("a") && enter("c"));
  EXPECT_EQ(made_, 3);
  EXPECT_TRUE(enter("b"));
  EXPECT_EQ(made_, 4);
}

TEST_F(StatesTest, TheyGoIfTheyHoldTooMuch) {
  ASSERT_TRUE(write("a", std::string(60, 'a'), ""));
  EXPECT_EQ(states_->idle(), 1);

  ASSERT_TRUE(write("b", std::string(60, 'b'), ""));

  EXPECT_EQ(states_->idle(), 1);
  EXPECT_EQ(text_of("a"), std::string(60, 'a'));
}

TEST_F(StatesTest, ThoseThatNobodyCallsGoAfterAWhile) {
  ASSERT_TRUE(enter("a"));
  clock_.advance(std::chrono::seconds(40));
  ASSERT_TRUE(enter("b"));
  clock_.advance(std::chrono::seconds(40));

  EXPECT_EQ(states_->evict().size(), 1);
  EXPECT_EQ(states_->idle(), 1);
}

TEST_F(StatesTest, OneMoreThanAFunctionMayHaveIsRefused) {
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(write(key, key, "1"));

  auto refused = write("d", "d", "1");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::StorageFull);
  EXPECT_TRUE(write("a", "again", "1"));
  EXPECT_EQ(text_of("d"), "");
}

class OpeningStatesTest : public StatesTest {
 protected:
  // `f` as it stands, made when that is.
  static Functions functions(std::int64_t created, std::string_view module) {
    auto name = state("").function;
    Version version{.number = 1, .digest = Digest::of(module)};
    Function function{.name = name, .created = WallTime(std::chrono::milliseconds(created))};
    function.live = std::make_shared<const Version>(std::move(version));
    function.versions = {function.live};
    Functions all;
    all.emplace(name, std::make_shared<const Function>(std::move(function)));
    return all;
  }
};

TEST_F(OpeningStatesTest, WhatIsSavedIsCounted) {
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(write(key, key, "1"));
  restart();

  ASSERT_TRUE(states_->open(functions(1234, "module")));

  EXPECT_FALSE(write("d", "d", "1"));
  EXPECT_TRUE(write("c", "again", "1"));
}

TEST_F(OpeningStatesTest, WhatNoFunctionHasIsDropped) {
  ASSERT_TRUE(write("a", "a", "1"));

  ASSERT_TRUE(states_->open(functions(1234, "module")));
  EXPECT_THAT(stored(kStatesBucket), ElementsAre(EndsWith("a")));
  ASSERT_TRUE(states_->open(functions(1234, "another module")));

  EXPECT_THAT(stored(kStatesBucket), IsEmpty());
  EXPECT_THAT(stored(kStateBlocksBucket), IsEmpty());
}

TEST_F(OpeningStatesTest, AFunctionOfTheSameNameInheritsNothing) {
  ASSERT_TRUE(write("a", "a", "1"));

  ASSERT_TRUE(states_->open(functions(5678, "module")));

  EXPECT_THAT(stored(kStatesBucket), IsEmpty());
}

}  // namespace
}  // namespace rockpool::platform
