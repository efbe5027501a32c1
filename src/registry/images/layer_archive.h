#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/images/expansion.h"

namespace rockpool::registry {

struct LayerEntry {
  std::string path;      // relative, without "." and "..", "/" between the segments
  bool is_file = false;  // a regular one with content of its own
};

// The entries of a layer's tar archive, one after the other. Nothing is ever written anywhere.
class LayerArchive {
 public:
  virtual ~LayerArchive() = default;

  // The next entry, none at the end. Fails with registry-error if the archive is broken, an entry
  // would lie outside the image, or the budget is spent.
  virtual Result<std::optional<LayerEntry>> next() = 0;
  // The first bytes of the entry just given, `size` at most; further calls go on.
  virtual Result<std::string> read(std::uint64_t size) = 0;
};

// `blob` and `budget` outlive it.
Result<std::unique_ptr<LayerArchive>> open_layer(std::string_view blob, Compression compression,
                                                 ExpansionBudget& budget);

}  // namespace rockpool::registry
