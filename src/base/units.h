#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool {

// "250ms", "30s", "5m", "2h": a number and one of us, ms, s, m, h, d. Fails with invalid-argument.
Result<std::chrono::microseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::microseconds duration);

// "512", "64KiB", "10MiB", "1GiB" (and KB, MB, GB, of 1000). Fails with invalid-argument.
Result<std::uint64_t> parse_bytes(std::string_view text);
std::string format_bytes(std::uint64_t bytes);

// The candidate that differs least from `word`, if it is close enough to be a typing error; else
// empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace rockpool
