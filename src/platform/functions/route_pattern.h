#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rockpool::platform {

// Which requests a function answers: "/a/b", "/a/:id/c", "/a/*", "api.example.test/v1/*".
//
// A path is matched as it was sent, segment by segment; escapes are not decoded. ":name" matches
// one segment that is not empty; a final "/*" matches everything below, and what stands before it.
class RoutePattern {
 public:
  struct Segment {
    enum class Kind : std::uint8_t { Literal, Parameter };
    Kind kind = Kind::Literal;
    std::string text;  // the literal, or the parameter's name
    friend bool operator==(const Segment&, const Segment&) = default;
  };

  // Fails with invalid-argument, naming the pattern and what is wrong with it: no path, dot
  // segments, '*' elsewhere than as the last segment, a parameter that is no `[a-z0-9-]+` or occurs
  // twice, characters that no path may hold (RFC 3986), anything below /.well-known/rockpool/.
  static Result<RoutePattern> parse(std::string_view text);

  const std::string& text() const { return text_; }  // as written
  const std::string& host() const { return host_; }  // lower case, without port; empty: any
  const std::vector<Segment>& segments() const { return segments_; }
  bool is_prefix() const { return is_prefix_; }  // ends with "/*"

  // Equal for patterns that match the same requests: parameters' names do not count.
  std::string key() const;
  // The literal beginning of the path, without a slash at its end: "/a" for "/a/*" and "/a/:id".
  std::string literal_prefix() const;

 private:
  RoutePattern() = default;
  Result<void> take_host(std::string_view host);
  Result<void> take_path(std::string_view path);
  Result<void> take_segment(std::string_view segment);

  std::string text_;
  std::string host_;
  std::vector<Segment> segments_;
  bool is_prefix_ = false;
};

// "Example.TEST:8080" as "example.test", "[::1]:80" as "[::1]".
std::string normal_host(std::string_view host);

// Whether a segment of `path` is "." or "..", be it written with %2E.
bool has_dot_segments(std::string_view path);

}  // namespace rockpool::platform
