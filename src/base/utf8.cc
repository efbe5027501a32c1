#include "base/utf8.h"

#include <cstdint>

namespace rockpool {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

// How many bytes the well-formed sequence at `at` has (Unicode, table 3-7); 0 if it is none.
std::size_t sequence_length(std::string_view bytes, std::size_t at) {
  std::uint8_t lead = byte_at(bytes, at);
  if (lead < 0x80) return 1;
  std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.size()) return 0;
  std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  std::uint8_t second = byte_at(bytes, at + 1);
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(bytes, at + i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::size_t utf8_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t length = sequence_length(bytes, at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

}  // namespace rockpool
