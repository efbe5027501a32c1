#include "platform/functions/origin_name.h"

#include <fmt/format.h>

#include <string_view>

#include "base/check.h"
#include "base/digest.h"

namespace rockpool::platform {
namespace {

constexpr std::size_t kMaxNameBytes = 63;
constexpr int kMostNumbered = 9;
constexpr std::size_t kDigestDigits = 12;

FunctionName with_suffix(const FunctionName& base, const std::string& suffix) {
  std::string_view stem = base.text();
  auto name = FunctionName::parse(
      fmt::format("{}-{}", stem.substr(0, kMaxNameBytes - 1 - suffix.size()), suffix));
  CHECK(name.has_value(), suffix);  // begins as a name does, ends with the suffix
  return *std::move(name);
}

FunctionName base_name(const Origin& origin) {
  auto name = FunctionName::derive(origin.name);
  if (!name) name = FunctionName::derive(origin.dialect);
  CHECK(name.has_value(), origin.dialect);
  return *std::move(name);
}

}  // namespace

FunctionName origin_name(const Origin& origin,
                         const std::function<bool(const FunctionName&)>& is_free) {
  auto base = base_name(origin);
  if (is_free(base)) return base;
  for (int number = 2; number <= kMostNumbered; ++number) {
    auto name = with_suffix(base, fmt::format("{}", number));
    if (is_free(name)) return name;
  }
  auto text = turn_of(origin);
  for (;;) {
    auto digest = Digest::of(text).hex();
    auto name = with_suffix(base, std::string(digest.substr(0, kDigestDigits)));
    if (is_free(name)) return name;
    text = digest;
  }
}

std::string turn_of(const Origin& origin) {
  return fmt::format("{}:{}{}", origin.dialect.size(), origin.dialect, origin.name);
}

}  // namespace rockpool::platform
