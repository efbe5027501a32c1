#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::http {

// An http or https URL, without user or fragment.
struct Url {
  bool is_https = false;
  std::string host;        // without the brackets of an IPv6 address
  std::uint16_t port = 0;  // the scheme's own if none was given
  std::string target;      // path and query as sent; "/" if there was none

  // As the Host field has it: brackets where needed, no port if it is the scheme's own.
  std::string authority() const;
  // "http://127.0.0.1:8090/v1/info"
  std::string text() const;
};

// Fails with invalid-argument.
Result<Url> parse_url(std::string_view text);
// What a reference such as a Location field means where `base` was asked for (RFC 3986 section 5):
// an http or https URL, or one that takes over what it lacks. Fails with invalid-argument.
Result<Url> resolve_url(const Url& base, std::string_view reference);

// "%2F" becomes "/"; '+' stays. Fails with invalid-argument on a '%' without two hex digits.
Result<std::string> percent_decode(std::string_view text);
// Everything but unreserved characters (RFC 3986 section 2.3) becomes %XX.
std::string percent_encode(std::string_view text);

// A listener's address, "127.0.0.1:8080" or "[::1]:8080", in its parts.
struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;

  std::string text() const;
};
// Fails with invalid-argument.
Result<HostPort> parse_host_port(std::string_view text);

}  // namespace rockpool::http
