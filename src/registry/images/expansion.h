#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "registry/images/image_manifest.h"
#include "registry/images/pull_limits.h"

namespace rockpool::registry {

// What the layers of one image have expanded to. Fails with registry-error once that is too much.
class ExpansionBudget {
 public:
  explicit ExpansionBudget(const PullLimits& limits) : limits_(limits) {}

  // A layer of that size comes next.
  void begin_layer(std::uint64_t compressed_bytes);
  Result<void> add_bytes(std::uint64_t count);
  Result<void> add_file();

 private:
  const PullLimits limits_;
  std::uint64_t total_ = 0;
  std::uint64_t layer_ = 0;
  std::uint64_t layer_compressed_ = 0;
  std::size_t files_ = 0;
};

// Bytes that come out of a compressed blob, piece by piece.
class Expander {
 public:
  virtual ~Expander() = default;
  // The next piece, empty at the end; valid until the next call. Fails with registry-error.
  virtual Result<std::string_view> next() = 0;
};

// `blob` and `budget` outlive it.
Result<std::unique_ptr<Expander>> open_expander(std::string_view blob, Compression compression,
                                                ExpansionBudget& budget);

}  // namespace rockpool::registry
