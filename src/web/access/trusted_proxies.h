#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/syntax/message.h"

namespace rockpool::web {

// An IPv4 or IPv6 address; IPv4 is held as ::ffff:a.b.c.d, so that both forms are one.
class IpAddress {
 public:
  // Without brackets, port or zone.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_loopback() const;
  // Whether the first `bits` (of 128) equal `other`'s.
  bool shares_prefix(const IpAddress& other, int bits) const;
  bool is_v4() const;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// Who a request comes from, once the proxies before us are seen through. Views point into the
// request.
struct Origination {
  std::string_view address;
  std::string_view host;  // as the client named it
  bool is_https = false;
};

// The proxies whose `Forwarded` (RFC 7239) and `X-Forwarded-*` fields are believed.
class TrustedProxies {
 public:
  // CIDR blocks or single addresses. Fails with invalid-argument, naming the wrong one.
  static Result<TrustedProxies> parse(std::span<const std::string> blocks);

  bool empty() const { return blocks_.empty(); }
  bool trusts(std::string_view address) const;

  // Walks from the peer backwards for as long as the hop that speaks is trusted: what an untrusted
  // one claims is its own invention. `Forwarded` counts before `X-Forwarded-*`.
  Origination origination_of(const http::Request& request) const;

 private:
  struct Block {
    IpAddress address;
    int bits = 0;
  };

  std::vector<Block> blocks_;
};

}  // namespace rockpool::web
