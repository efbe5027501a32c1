#pragma once

#include <cstddef>
#include <string_view>

namespace rockpool {

// How many of the first bytes are whole characters of UTF-8 (RFC 3629: no surrogates, no overlong
// forms).
std::size_t utf8_prefix(std::string_view bytes);

// Whether all of them are.
inline bool is_utf8(std::string_view bytes) {
  return utf8_prefix(bytes) == bytes.size();
}

}  // namespace rockpool
