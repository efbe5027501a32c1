#include "base/function_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace rockpool {
namespace {

constexpr std::size_t kMaxLength = 63;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_allowed(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_';
}

char fold(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return is_allowed(c) ? c : '-';
}

}  // namespace

Result<FunctionName> FunctionName::parse(std::string_view text) {
  bool fits = !text.empty() && text.size() <= kMaxLength && std::ranges::all_of(text, is_allowed) &&
              is_alphanumeric(text.front()) && is_alphanumeric(text.back());
  if (!fits) {
    return fail(ErrorCode::NameInvalid,
                fmt::format("'{}' is no function name: use 1 to 63 characters of a-z, 0-9, '-' and "
                            "'_', starting and ending with a letter or digit",
                            text.substr(0, 2 * kMaxLength)));
  }
  return FunctionName(std::string(text));
}

Result<FunctionName> FunctionName::derive(std::string_view file_name) {
  if (auto slash = file_name.rfind('/'); slash != std::string_view::npos)
    file_name.remove_prefix(slash + 1);
  std::string_view stem = file_name;
  if (auto dot = file_name.rfind('.'); dot != std::string_view::npos && dot > 0)
    stem = file_name.substr(0, dot);

  std::string text;
  std::ranges::transform(stem, std::back_inserter(text), fold);
  auto first = std::ranges::find_if(text, is_alphanumeric);
  text.erase(text.begin(), first);
  if (text.size() > kMaxLength) text.resize(kMaxLength);
  while (!text.empty() && !is_alphanumeric(text.back())) text.pop_back();
  if (text.empty()) {
    return fail(
        ErrorCode::NameInvalid,
        fmt::format("no function name can be made of '{}'; give one with --name", file_name));
  }
  return FunctionName(std::move(text));
}

}  // namespace rockpool
