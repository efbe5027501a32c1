#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::engine {

// What one function may use; the defaults of the platform. Each key's name in manifests, on the
// command line and in the API stands behind it.
struct Limits {
  std::chrono::microseconds wall =
      std::chrono::seconds(30);  // "wall": from guest entry, queueing not counted
  std::chrono::microseconds cpu = std::chrono::seconds(5);  // "cpu"
  std::uint64_t memory_bytes = 128ULL << 20;  // "memory": all linear memories and tables together
  std::uint32_t concurrency = 256;            // "concurrency"
  std::uint32_t queue = 1024;                 // "queue": calls that wait for concurrency
  std::chrono::microseconds queue_wait = std::chrono::seconds(1);  // "queue-wait"
  std::uint64_t request_body_bytes = 10ULL << 20;                  // "body"
  std::optional<std::uint64_t> response_body_bytes;  // "response"; without a value: unlimited
  std::uint64_t log_bytes_per_second = 64ULL << 10;  // "log"

  friend bool operator==(const Limits&, const Limits&) = default;
};

// All keys, in the order in which `show` prints them.
std::span<const std::string_view> limit_keys();

// Those of a single call, which a caller may lower for it; the others are of all calls together.
std::span<const std::string_view> call_limit_keys();
// Every limit as high as it can be set.
Limits highest_limits();
// `own`, with each limit of a single call that is lower in `wanted` as it is there.
Limits lowered(const Limits& own, const Limits& wanted);

// Sets one limit from text such as "30s", "128MiB", "256" or, for response, "unlimited". Fails with
// unknown-field (with the nearest key) or invalid-argument (with what is allowed).
Result<void> set_limit(Limits& limits, std::string_view key, std::string_view value);

// The value as set_limit() takes it.
std::string limit_text(const Limits& limits, std::string_view key);

}  // namespace rockpool::engine
