#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/function_name.h"
#include "engine/guest_state.h"
#include "platform/functions/function.h"
#include "store/kv_store.h"

namespace rockpool::platform {

// States as the store keeps them:
//
// | bucket         | key                                            | value |
// |----------------|------------------------------------------------|--------------------------------|
// | `states`       | default/NAME/CREATED/sha256:HEX/KEY            | when saved, sizes and globals
// | | `state-blocks` | default/NAME/CREATED/sha256:HEX/KEY/AREA-INDEX | 4 KiB of memory, table or
// less |
//
// CREATED is when the function was made, so that nothing is inherited by one of the same name. A
// block of zeros has no record.
constexpr const char* kStatesBucket = "states";
constexpr const char* kStateBlocksBucket = "state-blocks";

// One state: of a function, as long as its module is this one.
struct StateId {
  FunctionName function;
  WallTime created;
  Digest module;
  std::string key;  // as state_key() gives it
  friend auto operator<=>(const StateId&, const StateId&) = default;
};

// What the keys of all states of a function begin with, and of those of one of its modules.
std::string states_prefix(const FunctionName& function);
std::string states_prefix(const FunctionName& function, WallTime created, const Digest& module);
std::string state_head_key(const StateId& name);
// The live version's.
StateId state_of(const Function& function, std::string key);
std::string state_blocks_prefix(const StateId& name);

struct StateHead {
  WallTime saved;
  std::string engine;  // StateChange::head
};

// The record of a head. Fails with corrupt, naming the key.
Result<StateHead> read_state_head(std::string_view key, std::string_view value);
// The record of a block. Fails with corrupt, naming the key.
Result<engine::StateBlock> read_state_block(std::string_view prefix, store::KeyValue record);

// All of a change, to be committed at once.
store::WriteBatch state_batch(const StateId& name, WallTime now, engine::StateChange change);
// What erases a state.
store::WriteBatch state_erasure(const StateId& name);

// Adds to `batch` what erases all states of a function that is deleted. Those of a module that its
// last version left stay until the next start, as they may be in memory: saved again, block by
// block, they would be wrong if the same module came back meanwhile.
void erase_states(const Function& deleted, store::WriteBatch& batch);

}  // namespace rockpool::platform
