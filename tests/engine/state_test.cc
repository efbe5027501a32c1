#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "tests/engine/guest_bench.h"

namespace rockpool::engine {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kGuest = "remembers";

// What a store would have of a state.
class Saved {
 public:
  void apply(const StateChange& change) {
    head_ = change.head;
    for (const StateBlock& block : change.blocks) blocks_[{block.area, block.index}] = block.bytes;
    std::erase_if(blocks_, [](const auto& block) { return block.second.empty(); });
  }

  StateChange all() const {
    StateChange all{.head = head_};
    for (const auto& [place, bytes] : blocks_)
      all.blocks.push_back({place.first, place.second, bytes});
    return all;
  }

 private:
  std::string head_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> blocks_;
};

class StateTest : public testing::Test {
 protected:
  StateTest() { EXPECT_TRUE(state_->load({})); }

  Answer call(GuestState& state, const std::string& function, const std::string& arguments = "[]") {
    Ask ask{.body = arguments, .limits = limits_, .state = &state};
    return bench_.call_typed(guest_, function, ask);
  }
  std::string ask(const std::string& function, const std::string& arguments = "[]") {
    Answer answer = call(*state_, function, arguments);
    return answer.failure ? answer.code() : answer.body;
  }

  // As after a call that ended well.
  StateChange save() {
    auto change = state_->take_change();
    if (change) saved_.apply(*change);
    state_->keep_change();
    state_->end_turn();
    return change.value_or(StateChange());
  }

  // As after a restart.
  void restart() {
    state_ = bench_.engine().make_state();
    ASSERT_TRUE(state_->load(saved_.all()));
  }

  std::string do_and_save(const std::string& function, const std::string& arguments = "[]") {
    auto answer = ask(function, arguments);
    save();
    return answer;
  }

  GuestBench bench_{{.instances = 16}};
  std::string guest_ = kGuest;
  Limits limits_;
  std::unique_ptr<GuestState> state_ = bench_.engine().make_state();
  Saved saved_;
};

TEST_F(StateTest, MemoriesAndGlobalsOutliveTheirCall) {
  EXPECT_EQ(do_and_save("add", "[5]"), "[5]");
  EXPECT_EQ(do_and_save("add", "[3]"), "[8]");

  EXPECT_EQ(do_and_save("sums"), "[2,8,8,8]");
}

TEST_F(StateTest, AnotherInstanceGoesOnWithWhatWasSaved) {
  do_and_save("add", "[5]");
  do_and_save("poke", "[65536,7]");

  restart();

  EXPECT_EQ(do_and_save("add", "[3]"), "[8]");
  EXPECT_EQ(do_and_save("sums"), "[2,8,8,8]");
  EXPECT_EQ(do_and_save("peek", "[65536]"), "[7]");
}

TEST_F(StateTest, AStateIsInitialisedOnce) {
  do_and_save("add", "[1]");

  restart();

  EXPECT_EQ(do_and_save("initialized"), "[1]");
}

TEST_F(StateTest, ZerosWrittenOverTheModulesDataAreRestored) {
  for (int at = 65536; at < 65560; at += 4) do_and_save("poke", "[" + std::to_string(at) + ",0]");

  restart();

  EXPECT_EQ(do_and_save("peek", "[65536]"), "[0]");
}

TEST_F(StateTest, OnlyBlocksThatDifferAreGiven) {
  do_and_save("touch", "[20,1]");

  ask("touch", "[4,2]");

  EXPECT_THAT(save().blocks, SizeIs(4));
}

TEST_F(StateTest, ACallThatChangesNothingGivesNothingToSave) {
  do_and_save("touch", "[4,1]");

  EXPECT_EQ(ask("peek", "[262144]"), "[1]");

  EXPECT_FALSE(state_->take_change());
}

TEST_F(StateTest, MemoryThatGrewIsAsLargeAgain) {
  EXPECT_EQ(do_and_save("grow", "[4]"), "[16]");
  do_and_save("poke", "[1310716,9]");

  restart();

  EXPECT_EQ(do_and_save("peek", "[1310716]"), "[9]");
  EXPECT_EQ(do_and_save("grow", "[1]"), "[20]");
}

TEST_F(StateTest, ACallThatTrapsChangesNothing) {
  do_and_save("add", "[5]");

  EXPECT_EQ(ask("add_and_trap", "[1]"), "guest-trap");
  EXPECT_FALSE(state_->take_change());
  state_->end_turn();

  EXPECT_TRUE(state_->is_loaded());
  EXPECT_EQ(do_and_save("sums"), "[1,5,5,5]");
}

TEST_F(StateTest, ACallThatHitsALimitChangesNothing) {
  do_and_save("add", "[5]");
  limits_.cpu = std::chrono::milliseconds(20);

  EXPECT_EQ(ask("add_and_spin", "[1]"), "limit-cpu");
  state_->end_turn();
  limits_ = {};
  if (!state_->is_loaded()) restart();

  EXPECT_EQ(do_and_save("sums"), "[1,5,5,5]");
}

TEST_F(StateTest, WhatIsNotKeptIsLost) {
  do_and_save("add", "[5]");

  EXPECT_EQ(ask("add", "[1]"), "[6]");
  EXPECT_TRUE(state_->take_change());
  state_->end_turn();

  EXPECT_FALSE(state_->is_loaded());
  restart();
  EXPECT_EQ(do_and_save("sums"), "[1,5,5,5]");
}

TEST_F(StateTest, ALimitBelowWhatAStateHoldsIsTold) {
  do_and_save("grow", "[32]");
  limits_.memory_bytes = 2 << 20;

  restart();
  Answer answer = call(*state_, "sums");

  EXPECT_EQ(answer.code(), "guest-trap");
  EXPECT_THAT(answer.failure->message(), HasSubstr("more memory than its limit"));
}

TEST_F(StateTest, WhatItHoldsCountsAndIsGivenBack) {
  auto before = bench_.engine().memory_in_use_bytes();
  do_and_save("add", "[5]");
  EXPECT_GE(state_->bytes(), 2U << 20);
  EXPECT_EQ(bench_.engine().memory_in_use_bytes(), before + state_->bytes());

  state_.reset();

  EXPECT_EQ(bench_.engine().memory_in_use_bytes(), before);
}

TEST_F(StateTest, StatesThatFitNoModuleAreRefused) {
  auto state = bench_.engine().make_state();

  EXPECT_FALSE(state->load({.head = "short"}));
  EXPECT_FALSE(state->is_loaded());

  do_and_save("add", "[5]");
  auto outside = saved_.all();
  outside.blocks.push_back({.area = 7, .index = 0, .bytes = "x"});
  EXPECT_FALSE(state->load(outside));
  EXPECT_FALSE(state->is_loaded());
}

class TablesTest : public StateTest {
 protected:
  TablesTest() { guest_ = "turns_tables"; }
};

TEST_F(TablesTest, FunctionsInTablesAreRestored) {
  EXPECT_EQ(do_and_save("read"), "[12]");
  EXPECT_EQ(do_and_save("swap"), "[]");

  restart();

  EXPECT_EQ(do_and_save("read"), "[21]");
}

TEST_F(TablesTest, TablesThatGrewAreAsLargeAgain) {
  do_and_save("append");

  restart();

  EXPECT_EQ(do_and_save("read"), "[1230]");
}

TEST_F(TablesTest, PlacesThatWereClearedStayEmpty) {
  do_and_save("clear");

  restart();

  EXPECT_EQ(do_and_save("read"), "[10]");
}

TEST_F(TablesTest, GlobalsThatReferToFunctionsAreRestored) {
  EXPECT_EQ(do_and_save("chosen"), "[0]");
  do_and_save("choose");

  restart();

  EXPECT_EQ(do_and_save("chosen"), "[3]");
}

TEST_F(TablesTest, ACallThatOnlyReadsGivesNothingToSave) {
  do_and_save("swap");

  EXPECT_EQ(ask("read"), "[21]");

  EXPECT_FALSE(state_->take_change());
}

std::string read_guest(const std::string& name) {
  std::ifstream file(std::string(ROCKPOOL_GUESTS) + "/" + name + ".wasm", std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(KeepsState, ModulesThatCanNotSayWhy) {
  EXPECT_TRUE(check_keeps_state(read_guest(kGuest)));
  EXPECT_TRUE(check_keeps_state(read_guest("sum")));

  EXPECT_TRUE(check_keeps_state(read_guest("turns_tables")));

  auto table = check_keeps_state(read_guest("keeps_externs"));
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code(), ErrorCode::ModuleUnsupported);
  EXPECT_THAT(table.error().message(), HasSubstr("refers to something but functions"));
  auto component = check_keeps_state(read_guest("hello"));
  ASSERT_FALSE(component);
  EXPECT_THAT(component.error().message(), HasSubstr("component"));
}

}  // namespace
}  // namespace rockpool::engine
