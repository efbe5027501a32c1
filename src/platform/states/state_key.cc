#include "platform/states/state_key.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/syntax/url.h"

namespace rockpool::platform {
namespace {

constexpr std::size_t kMaxBytes = 128;

// Those that need no escape in a path (RFC 3986 section 2.3).
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '~' || c == '-';
}

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBytes && std::ranges::all_of(text, is_unreserved);
}

std::unexpected<Error> no_key() {
  return fail(ErrorCode::InvalidArgument,
              fmt::format("the key of a state, behind '@', is 1 to {} of A-Z, a-z, 0-9, '.', '_', "
                          "'~' and '-'",
                          kMaxBytes));
}

}  // namespace

Result<StateKey> state_key(std::string_view path_below) {
  if (!path_below.starts_with('/')) return StateKey();
  std::size_t end = std::min(path_below.find('/', 1), path_below.size());
  auto segment = http::percent_decode(path_below.substr(1, end - 1));
  if (!segment || !segment->starts_with('@')) return StateKey();
  StateKey key{.text = segment->substr(1), .path_bytes = end};
  if (!is_key(key.text)) return no_key();
  return key;
}

Result<std::string> parse_state_key(std::string_view text) {
  if (text == "@") return std::string();
  if (!text.starts_with('@') || !is_key(text.substr(1))) return no_key();
  return std::string(text.substr(1));
}

}  // namespace rockpool::platform
