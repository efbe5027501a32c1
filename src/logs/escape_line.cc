#include "logs/escape_line.h"

#include <array>
#include <cstdint>

namespace rockpool::logs {
namespace {

// How many bytes the character that starts with `lead` has, and the bounds of its second byte
// (Unicode 15, table 3-7: neither overlong forms nor surrogates nor more than U+10FFFF).
struct Form {
  std::size_t bytes = 0;  // 0: no character starts so
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
};

Form form_of(std::uint8_t lead) {
  if (lead < 0x80) return {.bytes = 1};
  if (lead >= 0xc2 && lead <= 0xdf) return {.bytes = 2};
  if (lead == 0xe0) return {.bytes = 3, .low = 0xa0};
  if (lead == 0xed) return {.bytes = 3, .high = 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {.bytes = 3};
  if (lead == 0xf0) return {.bytes = 4, .low = 0x90};
  if (lead == 0xf4) return {.bytes = 4, .high = 0x8f};
  if (lead >= 0xf1 && lead <= 0xf3) return {.bytes = 4};
  return {};
}

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

// How many of the first bytes of `text` fit the form.
std::size_t fitting(std::string_view text, const Form& form) {
  std::size_t bytes = 1;
  for (; bytes < form.bytes && bytes < text.size(); ++bytes) {
    auto byte = byte_at(text, bytes);
    if (byte < (bytes == 1 ? form.low : 0x80) || byte > (bytes == 1 ? form.high : 0xbf)) break;
  }
  return bytes;
}

// C0 but tab, DEL, and C1 (U+0080 to U+009F, which terminals obey too).
bool is_control(std::string_view character) {
  auto lead = byte_at(character, 0);
  if (character.size() == 1) return (lead < 0x20 && lead != '\t') || lead == 0x7f;
  return lead == 0xc2 && byte_at(character, 1) < 0xa0;
}

std::string escape(std::string_view bytes) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string escaped;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    escaped += "\\x";
    escaped += kHexDigits[byte_at(bytes, i) >> 4];
    escaped += kHexDigits[byte_at(bytes, i) & 15];
  }
  return escaped;
}

}  // namespace

std::vector<std::string> escape_line(std::string_view line, std::size_t max_bytes) {
  std::vector<std::string> pieces(1);
  auto add = [&](std::string_view unit) {
    if (pieces.back().size() + unit.size() > max_bytes) pieces.emplace_back();
    pieces.back() += unit;
  };
  while (!line.empty()) {
    Form form = form_of(byte_at(line, 0));
    bool is_character = form.bytes > 0 && fitting(line, form) == form.bytes;
    auto unit = line.substr(0, is_character ? form.bytes : 1);
    if (is_character && !is_control(unit)) {
      add(unit);
    } else {
      add(escape(unit));
    }
    line.remove_prefix(unit.size());
  }
  return pieces;
}

std::size_t incomplete_tail(std::string_view text) {
  for (std::size_t tail = 1; tail <= 3 && tail <= text.size(); ++tail) {
    auto end = text.substr(text.size() - tail);
    Form form = form_of(byte_at(end, 0));
    if (form.bytes > tail) return fitting(end, form) == tail ? tail : 0;
  }
  return 0;
}

}  // namespace rockpool::logs
