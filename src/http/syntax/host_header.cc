#include "http/syntax/host_header.h"

#include <algorithm>
#include <cstdint>

#include "http/syntax/characters.h"

namespace rockpool::http {
namespace {

constexpr std::size_t kMaxPortDigits = 5;
constexpr std::uint32_t kMaxPort = 65535;

// The port and its colon, or nothing.
bool is_port_suffix(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != ':' || text.size() > 1 + kMaxPortDigits) return false;
  std::uint32_t port = 0;
  for (char c : text.substr(1)) {
    if (!is_digit(c)) return false;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return port <= kMaxPort;
}

bool has_valid_escapes(std::string_view name) {
  for (std::size_t i = name.find('%'); i != std::string_view::npos; i = name.find('%', i + 1)) {
    if (i + 2 >= name.size() || hex_digit(name[i + 1]) < 0 || hex_digit(name[i + 2]) < 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    std::size_t close = text.find(']');
    if (close == std::string_view::npos || close == 1) return false;
    return std::ranges::all_of(text.substr(1, close - 1), is_host_literal_char) &&
           is_port_suffix(text.substr(close + 1));
  }
  std::size_t colon = std::min(text.find(':'), text.size());
  std::string_view name = text.substr(0, colon);
  return !name.empty() && std::ranges::all_of(name, is_host_char) && has_valid_escapes(name) &&
         is_port_suffix(text.substr(colon));
}

bool has_port(std::string_view text) {
  return is_digit(text.back()) &&
         text.find(':', text.starts_with('[') ? text.find(']') : 0) != std::string_view::npos;
}

}  // namespace rockpool::http
