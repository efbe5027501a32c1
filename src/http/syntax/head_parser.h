#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/syntax/message.h"

namespace rockpool::http {

struct HeadLimits {
  std::size_t max_bytes = std::size_t{64} * 1024;
  std::size_t max_fields = 128;
};

// Parses the request head at the front of `buffered` into `request`, whose views then point into
// it. Gives the head's size, or nullopt if it is not complete. Strict RFC 9112: what two parsers
// could understand differently is refused. Fails with bad-request or headers-too-large.
//
// Does not allocate once request.fields has grown, except for an error.
Result<std::optional<std::size_t>> parse_head(std::string_view buffered, const HeadLimits& limits,
                                              Request& request);

// After parse_head() found the head incomplete: whether `buffered`, of which the first
// `already_seen` bytes were there then, is worth another try. Keeps a client that sends byte by
// byte from costing quadratic time.
bool may_hold_whole_head(std::string_view buffered, std::size_t already_seen);

}  // namespace rockpool::http
