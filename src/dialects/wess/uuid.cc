#include "dialects/wess/uuid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/digest.h"

namespace rockpool::dialects::wess {
namespace {

constexpr std::size_t kBytes = 16;
constexpr std::size_t kDigits = 2 * kBytes;
constexpr std::size_t kHyphenated = kDigits + 4;
constexpr std::string_view kUrn = "urn:uuid:";

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_hyphen_place(std::size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

}  // namespace

std::string make_uuid() {
  std::string bytes = random_bytes(kBytes);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x40U);  // version
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);  // variant
  std::string text = to_hex(bytes);
  for (std::size_t place : {8, 13, 18, 23}) text.insert(place, 1, '-');
  return text;
}

Result<void> check_uuid(std::string_view text) {
  if (text.starts_with(kUrn)) text.remove_prefix(kUrn.size());
  bool is_braced = text.starts_with('{') && text.ends_with('}') && text.size() > 1;
  if (is_braced) text = text.substr(1, text.size() - 2);
  bool is_hyphenated = text.size() == kHyphenated;
  if (!is_hyphenated && text.size() != kDigits) {
    return wrong(fmt::format("a UUID has {} characters, or {} without hyphens; found {}",
                             kHyphenated, kDigits, text.size()));
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool fits = is_hyphenated && is_hyphen_place(i) ? text[i] == '-' : is_digit(text[i]);
    if (!fits) return wrong(fmt::format("a UUID can't have this character at {}", i + 1));
  }
  return {};
}

}  // namespace rockpool::dialects::wess
