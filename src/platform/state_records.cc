#include "platform/state_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/catalog_records.h"

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

bool has_module(const Function& function, const Digest& digest) {
  return std::ranges::any_of(function.versions,
                             [&](const auto& version) { return version->digest == digest; });
}

}  // namespace

std::string states_prefix(const FunctionName& function) {
  return fmt::format("{}{}/", kTenantPrefix, function.text());
}

std::string states_prefix(const FunctionName& function, WallTime created, const Digest& module) {
  return fmt::format("{}{}/{}/", states_prefix(function), created.time_since_epoch().count(),
                     module.text());
}

std::string state_head_key(const StateName& name) {
  return states_prefix(name.function, name.created, name.module) + name.key;
}

std::string state_blocks_prefix(const StateName& name) {
  return state_head_key(name) + "/";
}

Result<engine::StateBlock> read_state_block(std::string_view prefix, store::KeyValue record) {
  auto place = std::string_view(record.key).substr(prefix.size());
  engine::StateBlock block;
  bool is_place = place.size() == kAreaDigits + 1 + kIndexDigits &&
                  parse_hex(place.substr(0, kAreaDigits), block.area) &&
                  parse_hex(place.substr(kAreaDigits + 1), block.index);
  if (!is_place) {
    return fail(ErrorCode::Corrupt,
                fmt::format("the stored record '{}' can't be read", record.key));
  }
  block.bytes = std::move(record.value);
  return block;
}

store::WriteBatch state_batch(const StateName& name, engine::StateChange change) {
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
  batch.put(kStatesBucket, state_head_key(name), std::move(change.head));
  return batch;
}

void erase_states(const Function& before, const Function* after, store::WriteBatch& batch) {
  for (const auto& version : before.versions) {
    bool had_states = version->settings.state == StateMode::Memory;
    if (!had_states || (after != nullptr && has_module(*after, version->digest))) continue;
    auto prefix = states_prefix(before.name, before.created, version->digest);
    batch.erase_prefix(kStatesBucket, prefix);
    batch.erase_prefix(kStateBlocksBucket, prefix);
  }
}

}  // namespace rockpool::platform
