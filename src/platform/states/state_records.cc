#include "platform/states/state_records.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

#include "platform/functions/catalog_records.h"

namespace rockpool::platform {
namespace {

constexpr std::size_t kAreaDigits = 8;
constexpr std::size_t kIndexDigits = 16;

std::string block_key(const std::string& prefix, const engine::StateBlock& block) {
  return fmt::format("{}{:0{}x}-{:0{}x}", prefix, block.area, kAreaDigits, block.index,
                     kIndexDigits);
}

template <class Number>
bool parse_hex(std::string_view text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return error == std::errc() && end == text.data() + text.size();
}

std::unexpected<Error> unreadable(std::string_view key) {
  return fail(ErrorCode::Corrupt, fmt::format("the stored record '{}' can't be read", key));
}

// Milliseconds, little-endian as all machines are that this runs on, before what the engine said.
std::string state_head(WallTime now, std::string_view engine) {
  std::int64_t milliseconds = now.time_since_epoch().count();
  std::string record(sizeof milliseconds, '\0');
  std::memcpy(record.data(), &milliseconds, sizeof milliseconds);
  return record.append(engine);
}

}  // namespace

std::string states_prefix(const FunctionName& function) {
  return fmt::format("{}{}/", kTenantPrefix, function.text());
}

std::string states_prefix(const FunctionName& function, WallTime created, const Digest& module) {
  return fmt::format("{}{}/{}/", states_prefix(function), created.time_since_epoch().count(),
                     module.text());
}

std::string state_head_key(const StateId& name) {
  return states_prefix(name.function, name.created, name.module) + name.key;
}

std::string state_blocks_prefix(const StateId& name) {
  return state_head_key(name) + "/";
}

StateId state_of(const Function& function, std::string key) {
  return {.function = function.name,
          .created = function.created,
          .module = function.live->digest,
          .key = std::move(key)};
}

Result<StateHead> read_state_head(std::string_view key, std::string_view value) {
  if (value.size() < sizeof(std::int64_t)) return unreadable(key);
  std::int64_t milliseconds = 0;
  std::memcpy(&milliseconds, value.data(), sizeof milliseconds);
  return StateHead{.saved = WallTime(std::chrono::milliseconds(milliseconds)),
                   .engine = std::string(value.substr(sizeof milliseconds))};
}

Result<engine::StateBlock> read_state_block(std::string_view prefix, store::KeyValue record) {
  auto place = std::string_view(record.key).substr(prefix.size());
  engine::StateBlock block;
  bool is_place = place.size() == kAreaDigits + 1 + kIndexDigits &&
                  parse_hex(place.substr(0, kAreaDigits), block.area) &&
                  parse_hex(place.substr(kAreaDigits + 1), block.index);
  if (!is_place) return unreadable(record.key);
  block.bytes = std::move(record.value);
  return block;
}

store::WriteBatch state_batch(const StateId& name, WallTime now, engine::StateChange change) {
  store::WriteBatch batch;
  auto prefix = state_blocks_prefix(name);
  for (engine::StateBlock& block : change.blocks) {
    auto key = block_key(prefix, block);
    if (block.bytes.empty()) {
      batch.erase(kStateBlocksBucket, std::move(key));
    } else {
      batch.put(kStateBlocksBucket, std::move(key), std::move(block.bytes));
    }
  }
  batch.put(kStatesBucket, state_head_key(name), state_head(now, change.head));
  return batch;
}

store::WriteBatch state_erasure(const StateId& name) {
  store::WriteBatch batch;
  batch.erase(kStatesBucket, state_head_key(name));
  batch.erase_prefix(kStateBlocksBucket, state_blocks_prefix(name));
  return batch;
}

void erase_states(const Function& deleted, store::WriteBatch& batch) {
  auto prefix = states_prefix(deleted.name);
  batch.erase_prefix(kStatesBucket, prefix);
  batch.erase_prefix(kStateBlocksBucket, prefix);
}

}  // namespace rockpool::platform
