#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/functions/route_pattern.h"

namespace rockpool::platform {

// A parameter's name and the segment it matched, as sent; the value points into the path.
using PathParameter = std::pair<std::string_view, std::string_view>;

// What a request's host and path lead to.
struct RouteMatch {
  std::size_t target = 0;
  // How much of the path the pattern accounts for: "/a" of "/a/b" for "/a/*"; 0 at the root.
  std::size_t prefix_length = 0;
  std::vector<PathParameter> parameters;
  // What the parameters' names point into; null without parameters.
  std::shared_ptr<const std::vector<std::string>> parameter_names;
};

// Finds the target of a request among patterns: a named host before any host, then segment by
// segment a literal before a parameter before "/*". Immutable; callable from any thread.
class Router {
 public:
  struct Route {
    RoutePattern pattern;
    std::size_t target;
  };

  Router();
  // Fails with route-taken, naming the pattern, if two are equal.
  static Result<Router> build(const std::vector<Route>& routes);

  // Costs as much as the pattern has segments. Fails with route-taken if an equal one is there.
  Result<void> add(const Route& route);
  // Takes away the pattern that is equal to this one, if there is one.
  void remove(const RoutePattern& pattern);

  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  // `path` as sent, without query. Fails with bad-request if it has dot segments or does not begin
  // with '/', with function-not-found if nothing matches.
  Result<RouteMatch> match(std::string_view host, std::string_view path) const;

 private:
  struct Node;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
  class Search;

  static void remove_below(Node& node, const RoutePattern& pattern, std::size_t at);

  std::unique_ptr<Node> any_host_;
  ByText<std::unique_ptr<Node>> hosts_;
};

}  // namespace rockpool::platform
