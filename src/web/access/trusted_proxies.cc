#include "web/access/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "web/fields/field_text.h"

namespace rockpool::web {
namespace {

constexpr int kV4PrefixBits = 96;  // of ::ffff:0:0/96

// One hop's claim about the one before it.
struct Hop {
  std::string_view address;
  std::string_view host;
  std::string_view scheme;
};

// "[2001:db8::1]:4711", "192.0.2.1:80", "192.0.2.1" and "2001:db8::1" without port and brackets.
std::string_view strip_port(std::string_view node) {
  if (node.starts_with('[')) return node.substr(1, node.find(']') - 1);
  bool is_bare_v6 = std::ranges::count(node, ':') > 1;
  return is_bare_v6 ? node : node.substr(0, node.find(':'));
}

std::string_view unquote(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    return value.substr(1, value.size() - 2);
  }
  return value;
}

// Like take_until(), but separators within quotes do not count.
std::string_view take_unquoted(std::string_view& rest, char separator) {
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (rest[i] != separator || quoted) continue;
    std::string_view taken = rest.substr(0, i);
    rest.remove_prefix(i + 1);
    return trim(taken);
  }
  return trim(std::exchange(rest, {}));
}

Hop parse_forwarded_element(std::string_view element) {
  Hop hop;
  while (!element.empty()) {
    std::string_view pair = take_unquoted(element, ';');
    auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view name = pair.substr(0, equals);
    std::string_view value = unquote(pair.substr(equals + 1));
    if (http::equal_ignoring_case(name, "for")) hop.address = strip_port(value);
    if (http::equal_ignoring_case(name, "host")) hop.host = value;
    if (http::equal_ignoring_case(name, "proto")) hop.scheme = value;
  }
  return hop;
}

// All fields of that name as one list, as RFC 9110 section 5.3 allows.
std::vector<std::string_view> list_of(const http::Request& request, std::string_view name) {
  std::vector<std::string_view> elements;
  for (const auto& field : request.fields) {
    if (!http::equal_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) elements.push_back(take_unquoted(rest, ','));
  }
  return elements;
}

// The element that belongs to hop `i` of `count`; where a proxy overwrites instead of appending,
// the last one.
std::string_view element_of_hop(const std::vector<std::string_view>& list, std::size_t i,
                                std::size_t count) {
  if (list.empty()) return {};
  return list.size() == count ? list[i] : list.back();
}

std::vector<Hop> hops_of(const http::Request& request) {
  std::vector<Hop> hops;
  for (auto element : list_of(request, "forwarded")) {
    hops.push_back(parse_forwarded_element(element));
  }
  if (!hops.empty()) return hops;

  auto addresses = list_of(request, "x-forwarded-for");
  auto hosts = list_of(request, "x-forwarded-host");
  auto schemes = list_of(request, "x-forwarded-proto");
  std::size_t count = std::max<std::size_t>(addresses.size(), 1);
  if (addresses.empty() && hosts.empty() && schemes.empty()) return hops;
  for (std::size_t i = 0; i < count; ++i) {
    hops.push_back({.address = addresses.empty() ? std::string_view() : strip_port(addresses[i]),
                    .host = element_of_hop(hosts, i, count),
                    .scheme = element_of_hop(schemes, i, count)});
  }
  return hops;
}

Result<int> parse_prefix_length(std::string_view text, int most) {
  int bits = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits < 0 || bits > most) {
    return fail(ErrorCode::InvalidArgument,
                "the prefix length is a number from 0 to " + std::to_string(most));
  }
  return bits;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated) return std::nullopt;
  terminated[text.copy(terminated, text.size())] = '\0';

  IpAddress address;
  if (inet_pton(AF_INET6, terminated, address.bytes_.data()) == 1) return address;
  address.bytes_[10] = address.bytes_[11] = 0xff;
  if (inet_pton(AF_INET, terminated, &address.bytes_[12]) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  static const IpAddress kV4 = *parse("0.0.0.0");
  return shares_prefix(kV4, kV4PrefixBits);
}

bool IpAddress::is_loopback() const {
  static const IpAddress kV4 = *parse("127.0.0.0");
  static const IpAddress kV6 = *parse("::1");
  return shares_prefix(kV4, kV4PrefixBits + 8) || shares_prefix(kV6, 128);
}

bool IpAddress::shares_prefix(const IpAddress& other, int bits) const {
  int whole = bits / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes_.begin())) return false;
  int rest = bits % 8;
  if (rest == 0) return true;
  auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (bytes_[whole] & mask) == (other.bytes_[whole] & mask);
}

Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> blocks) {
  TrustedProxies proxies;
  for (const auto& block : blocks) {
    std::string_view rest = block;
    std::string_view text = take_until(rest, '/');
    auto address = IpAddress::parse(text);
    if (!address) {
      return fail(ErrorCode::InvalidArgument,
                  "'" + block + "' is no address block; write one as 10.0.0.0/8 or 2001:db8::/32");
    }
    int offset = address->is_v4() ? kV4PrefixBits : 0;
    int bits = 128;
    if (block.find('/') != std::string::npos) {
      auto length = parse_prefix_length(rest, 128 - offset);
      if (!length) {
        return fail(ErrorCode::InvalidArgument, "'" + block + "': " + length.error().message());
      }
      bits = offset + *length;
    }
    proxies.blocks_.push_back({*address, bits});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  if (blocks_.empty()) return false;
  auto parsed = IpAddress::parse(address);
  return parsed && std::ranges::any_of(blocks_, [&](const Block& block) {
           return parsed->shares_prefix(block.address, block.bits);
         });
}

Origination TrustedProxies::origination_of(const http::Request& request) const {
  Origination origination{
      .address = request.remote_address, .host = request.host, .is_https = request.is_tls};
  if (!trusts(request.remote_address)) return origination;

  auto hops = hops_of(request);
  while (!hops.empty() && trusts(origination.address)) {
    const Hop& hop = hops.back();
    if (!hop.host.empty()) origination.host = hop.host;
    if (!hop.scheme.empty()) origination.is_https = http::equal_ignoring_case(hop.scheme, "https");
    // "unknown" and obfuscated names (RFC 7239 section 6) end the walk at the last known address.
    if (!IpAddress::parse(hop.address)) break;
    origination.address = hop.address;
    hops.pop_back();
  }
  return origination;
}

}  // namespace rockpool::web
