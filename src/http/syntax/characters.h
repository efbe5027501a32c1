#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// The character classes of RFC 9110 and RFC 3986, as one table.
namespace rockpool::http {

namespace characters {

enum Class : std::uint8_t {
  kToken = 1,         // RFC 9110 section 5.6.2
  kValue = 2,         // field-vchar, obs-text, space, tab
  kTarget = 4,        // visible ASCII but '#', which no target holds
  kHost = 8,          // unreserved, sub-delims and '%' of a registered name
  kHostLiteral = 16,  // within the brackets of an IP literal
};

constexpr std::array<std::uint8_t, 256> make_table() {
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kHostMarks = "-._~!$&'()*+,;=%";
  std::array<std::uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    auto c = static_cast<char>(i);
    bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool visible = i > 0x20 && i < 0x7f;
    std::uint8_t classes = 0;
    if (alphanumeric || (visible && kTokenMarks.contains(c))) classes |= kToken;
    if (visible || c == ' ' || c == '\t' || i >= 0x80) classes |= kValue;
    if (visible && c != '#') classes |= kTarget;
    if (alphanumeric || (visible && kHostMarks.contains(c))) classes |= kHost;
    if (alphanumeric || (visible && (kHostMarks.contains(c) || c == ':'))) classes |= kHostLiteral;
    table[static_cast<std::size_t>(i)] = classes;
  }
  return table;
}

inline constexpr std::array<std::uint8_t, 256> kTable = make_table();

constexpr bool is(char c, Class wanted) {
  return (kTable[static_cast<unsigned char>(c)] & wanted) != 0;
}

}  // namespace characters

constexpr bool is_token_char(char c) {
  return characters::is(c, characters::kToken);
}
constexpr bool is_value_char(char c) {
  return characters::is(c, characters::kValue);
}
constexpr bool is_target_char(char c) {
  return characters::is(c, characters::kTarget);
}
constexpr bool is_host_char(char c) {
  return characters::is(c, characters::kHost);
}
constexpr bool is_host_literal_char(char c) {
  return characters::is(c, characters::kHostLiteral);
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
// -1 if `c` is no hexadecimal digit.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace rockpool::http
