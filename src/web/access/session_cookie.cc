#include "web/access/session_cookie.h"

#include <vector>

#include "web/fields/field_text.h"

namespace rockpool::web {
namespace {

constexpr std::string_view kSetCookie = "Set-Cookie";

// Browsers trim the name, and some older servers read names without case.
bool is_session_cookie(std::string_view pair) {
  std::string_view name = take_until(pair, '=');
  return http::equal_ignoring_case(name, kSessionCookie);
}

}  // namespace

std::optional<std::string> without_session_cookie(std::string_view cookies) {
  bool found = false;
  std::string kept;
  for (std::string_view rest = cookies; !rest.empty();) {
    std::string_view pair = take_until(rest, ';');
    if (is_session_cookie(pair)) {
      found = true;
      continue;
    }
    if (!kept.empty()) kept += "; ";
    kept += pair;
  }
  if (!found) return std::nullopt;
  return kept;
}

void remove_session_cookie(http::ResponseHead& head) {
  bool found = false;
  std::vector<std::string> kept;
  for (auto field : head) {
    if (!http::equal_ignoring_case(field.name, kSetCookie)) continue;
    if (is_session_cookie(field.value)) {
      found = true;
    } else {
      kept.emplace_back(field.value);
    }
  }
  if (!found) return;
  head.remove(kSetCookie);
  for (const auto& cookie : kept) head.with(kSetCookie, cookie);
}

}  // namespace rockpool::web
