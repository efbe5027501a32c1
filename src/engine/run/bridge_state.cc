#include "engine/run/bridge_state.h"

#include <fmt/format.h>

#include <utility>

#include "engine/run/bridge_types.h"

namespace rockpool::engine {
namespace {

Result<void> to_result(const bridge::Outcome& outcome) {
  if (outcome.code.empty()) return {};
  return std::unexpected(to_error(outcome));
}

}  // namespace

bool BridgeState::is_loaded() const {
  return bridge::is_loaded(*state_);
}

Result<void> BridgeState::load(const StateChange& saved) {
  RETURN_IF_ERROR(to_result(bridge::load_state(*state_, slice_of(saved.head))));
  for (const auto& [area, index, bytes] : saved.blocks) {
    auto loaded = to_result(bridge::load_block(*state_, area, index, slice_of(bytes)));
    RETURN_IF_ERROR(loaded);
  }
  return {};
}

std::optional<StateChange> BridgeState::take_change() {
  auto taken = bridge::take_change(*state_);
  if (!taken.changed) return std::nullopt;
  StateChange change{.head = std::string(view_of(taken.head))};
  change.blocks.reserve(taken.blocks.size());
  for (const auto& [area, index, bytes] : taken.blocks)
    change.blocks.push_back({area, index, std::string(view_of(bytes))});
  return change;
}

void BridgeState::keep_change() {
  bridge::keep_change(*state_);
}

void BridgeState::end_turn() {
  bridge::end_turn(*state_);
}

std::uint64_t BridgeState::bytes() const {
  return bridge::state_bytes(*state_);
}

Result<void> check_keeps_state(std::string_view wasm) {
  auto obstacle = bridge::state_obstacle(slice_of(wasm));
  if (obstacle.empty()) return {};
  return fail(ErrorCode::ModuleUnsupported,
              fmt::format("state: the module can't keep its state: {}",
                          std::string_view(obstacle.data(), obstacle.size())));
}

}  // namespace rockpool::engine
