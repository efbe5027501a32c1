#include "engine/module/misfit.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/units.h"

namespace rockpool::engine {

std::unexpected<Misfit> misfit(std::string text) {
  return std::unexpected(Misfit{{}, std::move(text)});
}

std::unexpected<Misfit> mismatch(std::string_view expected, const json::Value& found) {
  return misfit(fmt::format("expected {}, found {}", expected, describe(found)));
}

std::unexpected<Misfit> mismatch(const WitType& expected, const json::Value& found) {
  return mismatch(short_text(expected), found);
}

Fit within(std::string_view step, Fit fit) {
  if (!fit) fit.error().path.insert(0, step);
  return fit;
}

std::string excerpt(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string short_text(const WitType& type) {
  return excerpt(to_string(type), kTypeExcerptBytes);
}

std::string describe(const json::Value& value) {
  if (value.is_null()) return "null";
  if (value.is_array()) return fmt::format("array of {}", value.size());
  if (value.is_object()) return "object";
  std::string text = excerpt(json::dump(value), kExcerptBytes);
  if (value.is_string()) return "string " + text;
  return (value.is_number() ? "number " : "") + text;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> names) {
  // Enough for a hint; types may have any number of names.
  constexpr std::size_t kCompared = 100;
  auto compared = names.first(std::min(names.size(), kCompared));
  std::vector<std::string_view> candidates(compared.begin(), compared.end());
  std::string_view near = nearest(name.substr(0, kExcerptBytes), candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

}  // namespace rockpool::engine
