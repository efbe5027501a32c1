#include "platform/functions/route_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rockpool::platform {
namespace {

constexpr std::size_t kMaxLength = 1024;
constexpr std::size_t kMaxSegments = 64;
constexpr std::size_t kMaxHostLength = 253;  // RFC 1035 section 2.3.4, written without a final dot
constexpr std::string_view kSubDelimiters = "!$&'()+,;=";  // RFC 3986, without '*'

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// RFC 3986 section 3.3, without '*'.
bool is_path_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_alphanumeric(c) &&
               std::string_view("-._~:@").find(c) == std::string_view::npos &&
               kSubDelimiters.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_parameter_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostLength) return false;
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  }
  return std::ranges::all_of(
      host, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

// "." or "..", each dot perhaps as %2E.
bool is_dot_segment(std::string_view segment) {
  int dots = 0;
  while (!segment.empty() && dots < 3) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2' &&
               to_lower(segment[2]) == 'e') {
      segment.remove_prefix(3);
    } else {
      return false;
    }
    ++dots;
  }
  return dots == 1 || dots == 2;
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

}  // namespace

std::string normal_host(std::string_view host) {
  std::size_t end = host.size();
  if (host.starts_with('[')) {
    auto bracket = host.find(']');
    if (bracket != std::string_view::npos) end = bracket + 1;
  } else if (auto colon = host.rfind(':'); colon != std::string_view::npos) {
    end = colon;
  }
  std::string normal(host.substr(0, end));
  std::ranges::transform(normal, normal.begin(), to_lower);
  return normal;
}

bool has_dot_segments(std::string_view path) {
  std::size_t begin = 0;
  for (;;) {
    auto end = path.find('/', begin);
    auto segment = path.substr(begin, end == std::string_view::npos ? end : end - begin);
    if (is_dot_segment(segment)) return true;
    if (end == std::string_view::npos) return false;
    begin = end + 1;
  }
}

Result<RoutePattern> RoutePattern::parse(std::string_view text) {
  RoutePattern pattern;
  if (text.size() > kMaxLength) {
    return wrong(
        fmt::format("route '{}…' is longer than {} characters", text.substr(0, 40), kMaxLength));
  }
  pattern.text_ = text;
  auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return wrong(fmt::format("route '{}' has no path: write /PATH or HOST/PATH", text));
  }
  RETURN_IF_ERROR(pattern.take_host(text.substr(0, slash)));
  RETURN_IF_ERROR(pattern.take_path(text.substr(slash)));
  return pattern;
}

Result<void> RoutePattern::take_host(std::string_view host) {
  if (host.empty()) return {};
  host_ = normal_host(host);
  auto port = host.substr(host_.size());
  bool port_is_fine =
      port.empty() || (port.size() > 1 && std::ranges::all_of(port.substr(1), [](char c) {
                         return c >= '0' && c <= '9';
                       }));
  if (!is_host(host_) || !port_is_fine) {
    return wrong(fmt::format("route '{}': '{}' is no host name", text_, host));
  }
  return {};
}

Result<void> RoutePattern::take_path(std::string_view path) {
  if (has_dot_segments(path)) {
    return wrong(fmt::format("route '{}' has a dot segment, which no request may have", text_));
  }
  if (path == "/*" || path.ends_with("/*")) {
    is_prefix_ = true;
    path.remove_suffix(2);
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    auto end = std::min(path.find('/'), path.size());
    RETURN_IF_ERROR(take_segment(path.substr(0, end)));
    path.remove_prefix(end);
  }
  bool is_reserved = segments_.size() >= 2 &&
                     segments_[0] == Segment{Segment::Kind::Literal, ".well-known"} &&
                     segments_[1] == Segment{Segment::Kind::Literal, "rockpool"};
  if (is_reserved) {
    return wrong(fmt::format("route '{}': /.well-known/rockpool/ is the platform's own", text_));
  }
  return {};
}

Result<void> RoutePattern::take_segment(std::string_view segment) {
  if (segments_.size() == kMaxSegments) {
    return wrong(fmt::format("route '{}' has more than {} segments", text_, kMaxSegments));
  }
  if (segment.starts_with(':')) {
    Segment parameter{Segment::Kind::Parameter, std::string(segment.substr(1))};
    if (!is_parameter_name(parameter.text)) {
      return wrong(
          fmt::format("route '{}': a parameter is ':' and a name of a-z, 0-9 and '-', unlike '{}'",
                      text_, segment));
    }
    if (std::ranges::find(segments_, parameter) != segments_.end()) {
      return wrong(fmt::format("route '{}' has the parameter '{}' twice", text_, segment));
    }
    segments_.push_back(std::move(parameter));
    return {};
  }
  if (segment.find('*') != std::string_view::npos) {
    return wrong(fmt::format("route '{}': '*' may only stand alone at the end, as in /a/*", text_));
  }
  if (!is_path_text(segment)) {
    return wrong(
        fmt::format("route '{}': '{}' holds characters that must be percent-encoded in a path",
                    text_, segment));
  }
  segments_.push_back({Segment::Kind::Literal, std::string(segment)});
  return {};
}

std::string RoutePattern::key() const {
  std::string key = host_;
  for (const Segment& segment : segments_) {
    key += '/';
    // No literal begins with ':'.
    key += segment.kind == Segment::Kind::Literal ? segment.text : ":";
  }
  if (is_prefix_) key += "/*";
  return key;
}

std::string RoutePattern::literal_prefix() const {
  std::string prefix;
  for (const Segment& segment : segments_) {
    if (segment.kind != Segment::Kind::Literal) break;
    prefix += '/';
    prefix += segment.text;
  }
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix;
}

}  // namespace rockpool::platform
