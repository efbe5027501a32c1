#include "web/answers/accept.h"

#include <algorithm>

#include "http/syntax/message.h"
#include "web/fields/field_text.h"

namespace rockpool::web {
namespace {

constexpr int kFullQuality = 1000;

// A qvalue (RFC 9110 section 12.4.2) in thousandths; an invalid one counts as absent.
int parse_quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return kFullQuality;
  if (text.size() > 1 && text[1] != '.') return kFullQuality;
  int thousandths = (text[0] - '0') * kFullQuality;
  int weight = 100;
  for (char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return kFullQuality;
    thousandths += (digit - '0') * weight;
    weight /= 10;
  }
  return std::min(thousandths, kFullQuality);
}

enum class Match : int { None, Any, Type, Exact };

Match match_range(std::string_view range, std::string_view media_type) {
  if (range == "*/*") return Match::Any;
  if (range.ends_with("/*")) {
    std::string_view type = range.substr(0, range.size() - 1);
    std::string_view own = media_type.substr(0, std::min(type.size(), media_type.size()));
    return http::equal_ignoring_case(type, own) ? Match::Type : Match::None;
  }
  return http::equal_ignoring_case(range, media_type) ? Match::Exact : Match::None;
}

}  // namespace

int accept_quality(std::string_view accept, std::string_view media_type) {
  if (trim(accept).empty()) return kFullQuality;
  auto best = Match::None;
  int quality = 0;
  while (!accept.empty()) {
    std::string_view element = take_until(accept, ',');
    std::string_view range = take_until(element, ';');
    auto match = match_range(range, media_type);
    if (match <= best) continue;
    best = match;
    quality = kFullQuality;
    while (!element.empty()) {
      std::string_view parameter = take_until(element, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
        quality = parse_quality(parameter.substr(2));
      }
    }
  }
  return quality;
}

std::size_t preferred_offer(std::string_view accept, std::span<const std::string_view> offers) {
  std::size_t best = 0;
  int best_quality = 0;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    int quality = accept_quality(accept, offers[i]);
    if (quality <= best_quality) continue;
    best = i;
    best_quality = quality;
  }
  return best;
}

bool is_media_type(std::string_view content_type, std::string_view media_type) {
  std::string_view type = take_until(content_type, ';');
  return http::equal_ignoring_case(type, media_type);
}

}  // namespace rockpool::web
