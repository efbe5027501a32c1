#include "http/syntax/url.h"

#include <algorithm>
#include <charconv>

#include "http/syntax/characters.h"
#include "http/syntax/host_header.h"
#include "http/syntax/message.h"

namespace rockpool::http {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t default_port(bool is_https) {
  return is_https ? kHttpsPort : kHttpPort;
}

bool is_ip_literal(std::string_view host) {
  return host.contains(':');
}

std::string bracketed(std::string_view host) {
  return is_ip_literal(host) ? "[" + std::string(host) + "]" : std::string(host);
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text.substr(0, 200)) + "'";
}

// Of text that is_host().
HostPort split_host_port(std::string_view text, std::uint16_t port_if_none) {
  std::size_t colon = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
  HostPort parts{std::string(text.substr(0, colon)), port_if_none};
  if (has_port(text)) {
    // is_host() checked the range.
    (void)std::from_chars(text.data() + colon + 1, text.data() + text.size(), parts.port);
  }
  if (text.starts_with('[')) parts.host = parts.host.substr(1, parts.host.size() - 2);
  return parts;
}

bool is_unreserved(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string HostPort::text() const {
  return bracketed(host) + ":" + std::to_string(port);
}

Result<HostPort> parse_host_port(std::string_view text) {
  if (!is_host(text) || !has_port(text)) {
    return fail(ErrorCode::InvalidArgument,
                quoted(text) + " is no address like 127.0.0.1:8080 or [::1]:8080");
  }
  return split_host_port(text, 0);
}

std::string Url::authority() const {
  if (port == default_port(is_https)) return bracketed(host);
  return HostPort{host, port}.text();
}

std::string Url::text() const {
  return (is_https ? "https://" : "http://") + authority() + target;
}

Result<Url> parse_url(std::string_view text) {
  auto wrong = [text] {
    return fail(ErrorCode::InvalidArgument, quoted(text) + " is no http or https URL");
  };
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  Url url;
  url.is_https = equal_ignoring_case(text.substr(0, kHttps.size()), kHttps);
  if (!url.is_https && !equal_ignoring_case(text.substr(0, kHttp.size()), kHttp)) return wrong();
  std::string_view rest = text.substr(url.is_https ? kHttps.size() : kHttp.size());
  std::size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, host_end);
  std::string_view target = rest.substr(host_end);
  if (!is_host(authority) || !std::ranges::all_of(target, is_target_char)) return wrong();
  HostPort parts = split_host_port(authority, default_port(url.is_https));
  if (parts.port == 0) return wrong();
  url.host = std::move(parts.host);
  url.port = parts.port;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  bool has_scheme = reference.substr(0, reference.find_first_of("/?")).contains(':');
  if (has_scheme) return parse_url(reference);
  std::string scheme = base.is_https ? "https:" : "http:";
  if (reference.starts_with("//")) return parse_url(scheme + std::string(reference));
  std::string_view path = std::string_view(base.target).substr(0, base.target.find('?'));
  std::string target(reference);
  if (reference.empty()) {
    target = base.target;
  } else if (reference.starts_with('?')) {
    target = std::string(path) + target;
  } else if (!reference.starts_with('/')) {
    target = std::string(path.substr(0, path.rfind('/') + 1)) + target;
  }
  return parse_url(scheme + "//" + base.authority() + target);
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail(ErrorCode::InvalidArgument, quoted(text) + " holds a '%' without two hex digits");
    }
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (is_unreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

}  // namespace rockpool::http
