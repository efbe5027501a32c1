#include "base/clock.h"

#include <fmt/format.h>

#include <cstdio>

namespace rockpool {
namespace {

class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// Takes exactly `count` digits off the front of `text`; -1 if they are not there.
int take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// The part after the seconds' dot, cut to milliseconds; -1 without a digit.
int take_fraction(std::string_view& text) {
  int milliseconds = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0 || digits > 9) return -1;
  for (; digits < 3; ++digits) milliseconds *= 10;
  return milliseconds;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_rfc3339(WallTime time) {
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  std::string_view rest = text;
  auto wrong = [&] {
    return fail(
        ErrorCode::InvalidArgument,
        fmt::format("'{}' is no RFC 3339 time like 2026-01-31T09:30:00Z", text.substr(0, 64)));
  };
  int year = take_number(rest, 4);
  if (year < 0 || !take(rest, "-")) return wrong();
  int month = take_number(rest, 2);
  if (month < 0 || !take(rest, "-")) return wrong();
  int day = take_number(rest, 2);
  if (day < 0 || !take(rest, "Tt ")) return wrong();
  int hour = take_number(rest, 2);
  if (hour < 0 || hour > 23 || !take(rest, ":")) return wrong();
  int minute = take_number(rest, 2);
  if (minute < 0 || minute > 59 || !take(rest, ":")) return wrong();
  int second = take_number(rest, 2);
  if (second < 0 || second > 60) return wrong();
  int milliseconds = take(rest, ".") ? take_fraction(rest) : 0;
  if (milliseconds < 0) return wrong();

  std::chrono::minutes offset{0};
  if (!take(rest, "Zz")) {
    bool east = rest.starts_with('+');
    if (!take(rest, "+-")) return wrong();
    int offset_hours = take_number(rest, 2);
    if (offset_hours < 0 || offset_hours > 23 || !take(rest, ":")) return wrong();
    int offset_minutes = take_number(rest, 2);
    if (offset_minutes < 0 || offset_minutes > 59) return wrong();
    offset = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
    if (!east) offset = -offset;
  }
  std::chrono::year_month_day date(std::chrono::year(year),
                                   std::chrono::month(static_cast<unsigned>(month)),
                                   std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || !rest.empty()) return wrong();
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) - offset + std::chrono::seconds(second) +
         std::chrono::milliseconds(milliseconds);
}

}  // namespace rockpool
