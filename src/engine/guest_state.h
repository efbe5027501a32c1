#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rockpool::engine {

// A piece of a guest's memory or table, as many bytes from `index` times as many on. Without bytes:
// zeros.
struct StateBlock {
  static constexpr std::size_t kMaxBytes = 4096;

  std::uint32_t area = 0;  // the memories in their order, and behind them the tables
  std::uint64_t index = 0;
  std::string bytes = {};
  friend bool operator==(const StateBlock&, const StateBlock&) = default;
};

// What a call changed of its guest's state: to be saved as a whole or not at all.
struct StateChange {
  // The areas' sizes and the globals' values, which only the engine reads.
  std::string head = {};
  std::vector<StateBlock> blocks = {};
  friend bool operator==(const StateChange&, const StateChange&) = default;
};

// What an instance keeps between calls, and the instance itself while it waits for the next one.
// Used by one call at a time, from whichever thread.
class GuestState {
 public:
  virtual ~GuestState() = default;

  // Whether it is as it was saved last. It is not at first, and after a call that was given up.
  virtual bool is_loaded() const = 0;
  // What was saved: the last head, empty if nothing was, and all blocks. Fails with overloaded, or
  // with internal if it makes no state.
  virtual Result<void> load(const StateChange& saved) = 0;

  // What the call that ended well changed, if it did.
  virtual std::optional<StateChange> take_change() = 0;
  // That is saved.
  virtual void keep_change() = 0;
  // The call is over. What it changed is lost unless it was kept.
  virtual void end_turn() = 0;

  // Memory held for it between calls.
  virtual std::uint64_t bytes() const = 0;
};

// Whether instances of a module could keep their state; blocks. Fails with module-unsupported.
Result<void> check_keeps_state(std::string_view wasm);

}  // namespace rockpool::engine
