#pragma once

#include <cstddef>
#include <cstdint>

namespace rockpool::registry {

// What an image may cost before it is refused.
struct PullLimits {
  std::uint64_t module_bytes = 64ULL << 20;
  std::uint64_t manifest_bytes = 4ULL << 20;      // what registries themselves take at most
  std::uint64_t compressed_bytes = 128ULL << 20;  // of all layers, held in memory
  std::uint64_t expanded_bytes = 512ULL << 20;    // of all layers
  // Expanded to compressed size of a layer, once more than `unrated_bytes` have come of it.
  std::uint64_t ratio = 200;
  std::uint64_t unrated_bytes = 8ULL << 20;
  std::size_t layers = 127;
  std::size_t files = 20'000;  // of all layers
};

}  // namespace rockpool::registry
