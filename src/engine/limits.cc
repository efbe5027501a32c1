#include "engine/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "base/units.h"

namespace rockpool::engine {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::string_view kUnlimited = "unlimited";

// How one limit is read, checked and written.
struct LimitRow {
  std::string_view key;
  std::string_view allowed;
  // Whether the text was good.
  bool (*set)(Limits& limits, std::string_view text);
  std::string (*text)(const Limits& limits);
};

bool set_duration(microseconds& limit, std::string_view text, microseconds least,
                  microseconds most) {
  auto parsed = parse_duration(text);
  if (!parsed || *parsed < least || *parsed > most) return false;
  limit = *parsed;
  return true;
}

bool set_bytes(std::uint64_t& limit, std::string_view text, std::uint64_t least,
               std::uint64_t most) {
  auto parsed = parse_bytes(text);
  if (!parsed || *parsed < least || *parsed > most) return false;
  limit = *parsed;
  return true;
}

bool set_count(std::uint32_t& limit, std::string_view text, std::uint32_t least,
               std::uint32_t most) {
  std::uint32_t parsed = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc() || stop != end || parsed < least || parsed > most) return false;
  limit = parsed;
  return true;
}

constexpr std::uint64_t kPage = 64ULL << 10;
constexpr std::uint64_t kGiB = 1ULL << 30;

constexpr hours kMostTime{24};
constexpr hours kMostQueueWait{1};
constexpr std::uint64_t kMostMemory = 4 * kGiB;
constexpr std::uint32_t kMostConcurrency = 100'000;
constexpr std::uint32_t kMostQueue = 1'000'000;
constexpr std::uint64_t kMostBody = 64 * kGiB;
constexpr std::uint64_t kMostResponse = 1024 * kGiB;
constexpr std::uint64_t kMostLog = kGiB;

bool set_response(Limits& limits, std::string_view text) {
  if (text == kUnlimited) {
    limits.response_body_bytes.reset();
    return true;
  }
  std::uint64_t bytes = 0;
  if (!set_bytes(bytes, text, 0, kMostResponse)) return false;
  limits.response_body_bytes = bytes;
  return true;
}

std::string response_text(const Limits& limits) {
  if (!limits.response_body_bytes) return std::string(kUnlimited);
  return format_bytes(*limits.response_body_bytes);
}

constexpr std::array kRows = std::to_array<LimitRow>({
    {"wall", "a duration from 1ms to 24h, such as 30s",
     [](Limits& l, std::string_view t) {
       return set_duration(l.wall, t, milliseconds(1), kMostTime);
     },
     [](const Limits& l) { return format_duration(l.wall); }},
    {"cpu", "a duration from 1ms to 24h, such as 5s",
     [](Limits& l, std::string_view t) {
       return set_duration(l.cpu, t, milliseconds(1), kMostTime);
     },
     [](const Limits& l) { return format_duration(l.cpu); }},
    {"memory", "a size from 64KiB to 4GiB, such as 128MiB",
     [](Limits& l, std::string_view t) { return set_bytes(l.memory_bytes, t, kPage, kMostMemory); },
     [](const Limits& l) { return format_bytes(l.memory_bytes); }},
    {"concurrency", "a number from 1 to 100000",
     [](Limits& l, std::string_view t) { return set_count(l.concurrency, t, 1, kMostConcurrency); },
     [](const Limits& l) { return fmt::to_string(l.concurrency); }},
    {"queue", "a number from 0 to 1000000",
     [](Limits& l, std::string_view t) { return set_count(l.queue, t, 0, kMostQueue); },
     [](const Limits& l) { return fmt::to_string(l.queue); }},
    {"queue-wait", "a duration from 0s to 1h, such as 1s",
     [](Limits& l, std::string_view t) {
       return set_duration(l.queue_wait, t, microseconds(0), kMostQueueWait);
     },
     [](const Limits& l) { return format_duration(l.queue_wait); }},
    {"body", "a size from 0 to 64GiB, such as 10MiB",
     [](Limits& l, std::string_view t) { return set_bytes(l.request_body_bytes, t, 0, kMostBody); },
     [](const Limits& l) { return format_bytes(l.request_body_bytes); }},
    {"response", "a size from 0 to 1024GiB, such as 100MiB, or unlimited", set_response,
     response_text},
    {"log", "a size for each second from 0 to 1GiB, such as 64KiB",
     [](Limits& l, std::string_view t) {
       return set_bytes(l.log_bytes_per_second, t, 0, kMostLog);
     },
     [](const Limits& l) { return format_bytes(l.log_bytes_per_second); }},
});

constexpr auto kKeys = [] {
  std::array<std::string_view, kRows.size()> keys;
  std::ranges::transform(kRows, keys.begin(), &LimitRow::key);
  return keys;
}();

constexpr auto kCallKeys =
    std::to_array<std::string_view>({"wall", "cpu", "memory", "body", "response"});

const LimitRow* find(std::string_view key) {
  const auto* found = std::ranges::find(kRows, key, &LimitRow::key);
  return found == kRows.end() ? nullptr : found;
}

// Foreign text in a sentence: cut, so that errors stay short.
std::string_view excerpt(std::string_view text) {
  return text.substr(0, 40);
}

}  // namespace

std::span<const std::string_view> limit_keys() {
  return kKeys;
}

std::span<const std::string_view> call_limit_keys() {
  return kCallKeys;
}

Limits highest_limits() {
  return {.wall = kMostTime,
          .cpu = kMostTime,
          .memory_bytes = kMostMemory,
          .concurrency = kMostConcurrency,
          .queue = kMostQueue,
          .queue_wait = kMostQueueWait,
          .request_body_bytes = kMostBody,
          .response_body_bytes = std::nullopt,
          .log_bytes_per_second = kMostLog};
}

Limits lowered(const Limits& own, const Limits& wanted) {
  Limits low = own;
  low.wall = std::min(own.wall, wanted.wall);
  low.cpu = std::min(own.cpu, wanted.cpu);
  low.memory_bytes = std::min(own.memory_bytes, wanted.memory_bytes);
  low.request_body_bytes = std::min(own.request_body_bytes, wanted.request_body_bytes);
  if (wanted.response_body_bytes) {
    low.response_body_bytes =
        std::min(own.response_body_bytes.value_or(kMostResponse), *wanted.response_body_bytes);
  }
  return low;
}

Result<void> set_limit(Limits& limits, std::string_view key, std::string_view value) {
  const LimitRow* row = find(key);
  if (row == nullptr) {
    std::string_view near = nearest(key.substr(0, 40), kKeys);
    std::string message = fmt::format("'{}' is no limit", excerpt(key));
    message += near.empty() ? fmt::format("; there are {}", fmt::join(kKeys, ", "))
                            : fmt::format("; did you mean '{}'?", near);
    return fail(ErrorCode::UnknownField, std::move(message));
  }
  if (!row->set(limits, value)) {
    return fail(ErrorCode::InvalidArgument, fmt::format("limit '{}' can't be '{}': it takes {}",
                                                        key, excerpt(value), row->allowed));
  }
  return {};
}

std::string limit_text(const Limits& limits, std::string_view key) {
  const LimitRow* row = find(key);
  CHECK(row != nullptr, "no such limit");
  return row->text(limits);
}

}  // namespace rockpool::engine
