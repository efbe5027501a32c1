#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/syntax/url.h"
#include "web/fields/request_target.h"

namespace rockpool::web {

// Finds the endpoint of a request by path and method. In a pattern `{name}` stands for one segment.
// HEAD is answered by GET's endpoint.
template <class Endpoint>
class RouteTable {
 public:
  struct Route {
    std::string_view method;
    std::string_view pattern;
    Endpoint endpoint;
  };

  struct Match {
    const Endpoint* endpoint = nullptr;
    std::string_view pattern;
    std::vector<std::string> parameters;  // decoded, in the pattern's order
  };

  explicit RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {}

  const std::vector<Route>& routes() const { return routes_; }

  // Fails with not-found; invalid-argument, if a parameter is encoded wrongly; method-not-allowed,
  // see allowed_methods().
  Result<Match> match(std::string_view method, std::string_view path) const {
    auto segments = path_segments(path);
    std::string_view wanted = method == "HEAD" ? "GET" : method;
    bool is_known_path = false;
    for (const auto& route : routes_) {
      if (!fits(route.pattern, segments)) continue;
      is_known_path = true;
      if (route.method != wanted) continue;
      Match match{.endpoint = &route.endpoint, .pattern = route.pattern, .parameters = {}};
      RETURN_IF_ERROR(take_parameters(route.pattern, segments, match.parameters));
      return match;
    }
    if (is_known_path) {
      return fail(ErrorCode::MethodNotAllowed,
                  "this resource answers " + allowed_methods(path) + " only");
    }
    return fail(ErrorCode::NotFound, "nothing is served at this path");
  }

  // As an Allow field has them; empty if no route has that path.
  std::string allowed_methods(std::string_view path) const {
    auto segments = path_segments(path);
    std::string methods;
    for (const auto& route : routes_) {
      if (!fits(route.pattern, segments)) continue;
      if (!methods.empty()) methods += ", ";
      methods += route.method;
      if (route.method == "GET") methods += ", HEAD";
    }
    return methods;
  }

 private:
  static bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

  static bool fits(std::string_view pattern, const std::vector<std::string_view>& segments) {
    auto parts = path_segments(pattern);
    if (parts.size() != segments.size()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (is_parameter(parts[i]) ? segments[i].empty() : parts[i] != segments[i]) return false;
    }
    return true;
  }

  static Result<void> take_parameters(std::string_view pattern,
                                      const std::vector<std::string_view>& segments,
                                      std::vector<std::string>& parameters) {
    auto parts = path_segments(pattern);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!is_parameter(parts[i])) continue;
      ASSIGN_OR_RETURN(auto value, http::percent_decode(segments[i]));
      parameters.push_back(std::move(value));
    }
    return {};
  }

  std::vector<Route> routes_;
};

}  // namespace rockpool::web
