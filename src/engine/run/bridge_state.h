#pragma once

#include <memory>

#include "bridge/bridge.h"
#include "engine/guest_state.h"

namespace rockpool::engine {

// A state as the bridge keeps it.
class BridgeState final : public GuestState {
 public:
  explicit BridgeState(rust::Box<bridge::State> state) : state_(std::move(state)) {}

  bool is_loaded() const override;
  Result<void> load(const StateChange& saved) override;
  std::optional<StateChange> take_change() override;
  void keep_change() override;
  void end_turn() override;
  std::uint64_t bytes() const override;

  const bridge::State& state() const { return *state_; }

 private:
  rust::Box<bridge::State> state_;
};

}  // namespace rockpool::engine
