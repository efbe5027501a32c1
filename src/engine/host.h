#pragma once

#include <cstdint>
#include <string_view>

namespace rockpool::engine {

enum class GuestStream : std::uint8_t { Stdout, Stderr };

// What one call of a guest may ask of the world outside. Called from whichever thread polls the
// guest, one call at a time; lives as long as the GuestCall. Must not throw.
class CallHost {
 public:
  virtual ~CallHost() = default;
  // Bytes that the guest wrote to stderr, or to stdout where that is not its answer. Not cut into
  // lines.
  virtual void log(GuestStream stream, std::string_view bytes) = 0;
};

}  // namespace rockpool::engine
