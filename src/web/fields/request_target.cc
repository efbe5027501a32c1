#include "web/fields/request_target.h"

#include <algorithm>

#include "http/syntax/url.h"

namespace rockpool::web {
namespace {

Result<std::string> decode_form_text(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return http::percent_decode(spaced);
}

}  // namespace

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return segments;
  for (;;) {
    auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    auto end = text.find('&');
    std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    auto equals = pair.find('=');
    ASSIGN_OR_RETURN(auto name, decode_form_text(pair.substr(0, equals)));
    std::string_view raw_value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    ASSIGN_OR_RETURN(auto value, decode_form_text(raw_value));
    query.parameters_.emplace_back(std::move(name), std::move(value));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  auto found = std::ranges::find(parameters_, name, &std::pair<std::string, std::string>::first);
  if (found == parameters_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rockpool::web
