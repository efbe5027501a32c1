#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

namespace rockpool {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first, so that formatting finds the largest that divides.
constexpr std::array kDurationUnits = std::to_array<Unit>({{"d", 86'400'000'000},
                                                           {"h", 3'600'000'000},
                                                           {"m", 60'000'000},
                                                           {"s", 1'000'000},
                                                           {"ms", 1'000},
                                                           {"us", 1}});
constexpr std::array kByteUnits = std::to_array<Unit>({{"GiB", 1ULL << 30},
                                                       {"MiB", 1ULL << 20},
                                                       {"KiB", 1ULL << 10},
                                                       {"GB", 1'000'000'000},
                                                       {"MB", 1'000'000},
                                                       {"KB", 1'000},
                                                       {"B", 1},
                                                       {"", 1}});
constexpr std::size_t kBinaryUnits = 3;

// The number before one of the units, times the unit; at most `max`.
Result<std::uint64_t> parse(std::string_view text, std::span<const Unit> units, std::uint64_t max,
                            std::string_view example) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  auto found = std::ranges::find(units, unit, &Unit::name);
  if (error != std::errc() || found == units.end() || number > max / found->factor) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is not of the form {}", text.substr(0, 40), example));
  }
  return number * found->factor;
}

std::string format(std::uint64_t value, std::span<const Unit> units, std::string_view smallest) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0)
      return fmt::format("{}{}", value / unit.factor, unit.name);
  }
  return fmt::format("{}{}", value, smallest);
}

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

Result<std::chrono::microseconds> parse_duration(std::string_view text) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1000);
  ASSIGN_OR_RETURN(auto count, parse(text, kDurationUnits, kMax, "250ms, 30s, 5m or 2h"));
  return std::chrono::microseconds(count);
}

std::string format_duration(std::chrono::microseconds duration) {
  if (duration.count() == 0) return "0s";
  return format(static_cast<std::uint64_t>(duration.count()), kDurationUnits, "us");
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  return parse(text, kByteUnits, std::numeric_limits<std::int64_t>::max(),
               "512, 64KiB, 10MiB or 1GiB");
}

std::string format_bytes(std::uint64_t bytes) {
  return format(bytes, std::span(kByteUnits).first(kBinaryUnits), "");
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    std::size_t candidate_distance = distance(word, candidate);
    if (candidate_distance < best_distance) {
      best = candidate;
      best_distance = candidate_distance;
    }
  }
  return best;
}

}  // namespace rockpool
