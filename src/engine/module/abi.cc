#include "engine/module/abi.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rockpool::engine {
namespace {

struct AbiRow {
  Abi abi;
  std::string_view name;
  bool runs;
};

constexpr std::array kAbis = std::to_array<AbiRow>({{Abi::Http, "http", true},
                                                    {Abi::Cgi, "cgi", true},
                                                    {Abi::Argv, "argv", true},
                                                    {Abi::Waverless, "waverless", false},
                                                    {Abi::Edge, "edge", false},
                                                    {Abi::Json, "json", true},
                                                    {Abi::Typed, "typed", true}});

constexpr bool in_order() {
  for (std::size_t i = 0; i < kAbis.size(); ++i)
    if (std::to_underlying(kAbis[i].abi) != i) return false;
  return true;
}
static_assert(in_order(), "a row is found by its enumerator's number");

constexpr auto kInOrder = [] {
  std::array<Abi, kAbis.size()> order{};
  std::ranges::transform(kAbis, order.begin(), &AbiRow::abi);
  return order;
}();

const AbiRow& row_of(Abi abi) {
  return kAbis[std::to_underlying(abi)];
}

}  // namespace

std::string_view name_of(Abi abi) {
  return row_of(abi).name;
}

std::optional<Abi> abi_of(std::string_view name) {
  const auto* found = std::ranges::find(kAbis, name, &AbiRow::name);
  if (found == kAbis.end()) return std::nullopt;
  return found->abi;
}

std::span<const Abi> all_abis() {
  return kInOrder;
}

bool runs(Abi abi) {
  return row_of(abi).runs;
}

}  // namespace rockpool::engine
