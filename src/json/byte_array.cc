#include "json/byte_array.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

// The array is found and read here; simdjson reads the document with null in its place, so what is
// no JSON around it is refused as anywhere else.

namespace rockpool::json {
namespace {

constexpr unsigned kMaxByte = 0xff;
// Of a number that may be a byte.
constexpr std::size_t kMaxDigits = 3;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

std::unexpected<Error> no_byte(std::string_view member, std::size_t index) {
  return wrong(fmt::format("{}[{}]: must be a number from 0 to {}", member, index, kMaxByte));
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// `at` is behind the quotation mark that begins the string; gives where the one that ends it is.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at;
}

// Where the root object's member of that name, written without escapes, has its '['; npos if it has
// none.
std::size_t find_array(std::string_view text, std::string_view member) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (c != '"') continue;
    auto begin = at + 1;
    at = end_of_string(text, begin);
    if (depth != 1 || at >= text.size() || text.substr(begin, at - begin) != member) continue;
    auto colon = skip_space(text, at + 1);
    if (colon >= text.size() || text[colon] != ':') continue;
    auto value = skip_space(text, colon + 1);
    if (value < text.size() && text[value] == '[') return value;
  }
  return std::string_view::npos;
}

struct ByteArray {
  std::string bytes;
  std::size_t end = 0;  // behind its ']'
};

// `begin` is where its '[' stands.
Result<ByteArray> read_array(std::string_view text, std::size_t begin, std::string_view member) {
  ByteArray array;
  array.bytes.reserve((text.size() - begin) / 2);  // a digit and a comma each, at least
  auto at = skip_space(text, begin + 1);
  if (at < text.size() && text[at] == ']') return ByteArray{{}, at + 1};
  while (true) {
    auto first = at;
    unsigned number = 0;
    for (; at < text.size() && is_digit(text[at]) && at - first < kMaxDigits; ++at)
      number = 10 * number + static_cast<unsigned>(text[at] - '0');
    bool has_leading_zero = at - first > 1 && text[first] == '0';
    if (at == first || number > kMaxByte || has_leading_zero)
      return no_byte(member, array.bytes.size());
    at = skip_space(text, at);
    if (at >= text.size()) return wrong(fmt::format("this is no JSON: {} does not end", member));
    bool is_end = text[at] == ']';
    if (!is_end && text[at] != ',') return no_byte(member, array.bytes.size());
    array.bytes.push_back(static_cast<char>(number));
    ++at;
    if (is_end) break;
    at = skip_space(text, at);
  }
  array.end = at;
  return array;
}

// The same of a value that was parsed, as it is where the member's name was written with escapes.
Result<std::string> bytes_of(const Value& value, std::string_view member) {
  if (!value.is_array()) return wrong(fmt::format("{}: must be an array of numbers", member));
  std::string bytes;
  for (const Value& item : value) {
    bool is_byte = item.is_number_unsigned() && item.get<std::uint64_t>() <= kMaxByte;
    if (!is_byte) return no_byte(member, bytes.size());
    bytes.push_back(static_cast<char>(item.get<std::uint64_t>()));
  }
  return bytes;
}

Result<Value> parse_object(std::string_view text) {
  ASSIGN_OR_RETURN(auto value, parse(text));
  if (!value.is_object()) return wrong("must be a JSON object");
  return value;
}

// Each byte's decimal digits and a comma, and how many characters that is.
struct Digits {
  std::array<char, 4> text;
  std::uint8_t size;
};

constexpr std::array<Digits, 256> make_digits() {
  std::array<Digits, 256> all{};
  for (unsigned byte = 0; byte < all.size(); ++byte) {
    Digits& digits = all[byte];
    if (byte >= 100) digits.text[digits.size++] = static_cast<char>('0' + byte / 100);
    if (byte >= 10) digits.text[digits.size++] = static_cast<char>('0' + byte / 10 % 10);
    digits.text[digits.size++] = static_cast<char>('0' + byte % 10);
    digits.text[digits.size++] = ',';
  }
  return all;
}
constexpr auto kDigits = make_digits();

}  // namespace

Result<DocumentWithBytes> parse_with_bytes(std::string_view text, std::string_view member) {
  DocumentWithBytes document;
  auto begin = find_array(text, member);
  if (begin != std::string_view::npos) {
    ASSIGN_OR_RETURN(auto array, read_array(text, begin, member));
    std::string rest(text.substr(0, begin));
    rest += "null";
    rest += text.substr(array.end);
    ASSIGN_OR_RETURN(document.rest, parse_object(rest));
    document.bytes = std::move(array.bytes);
  } else {
    ASSIGN_OR_RETURN(document.rest, parse_object(text));
    auto found = document.rest.find(member);
    if (found == document.rest.end()) return document;
    ASSIGN_OR_RETURN(document.bytes, bytes_of(*found, member));
  }
  document.rest.erase(std::string(member));
  return document;
}

void append_byte_array(std::string& to, std::string_view bytes) {
  to += '[';
  std::size_t begin = to.size();
  to.resize(begin + bytes.size() * sizeof(Digits::text));
  char* end = to.data() + begin;
  for (char byte : bytes) {
    const Digits& digits = kDigits[static_cast<unsigned char>(byte)];
    std::memcpy(end, digits.text.data(), digits.text.size());
    end += digits.size;
  }
  if (!bytes.empty()) --end;  // the last comma
  to.resize(static_cast<std::size_t>(end - to.data()));
  to += ']';
}

}  // namespace rockpool::json
