#include "platform/router.h"

#include <fmt/format.h>

#include <algorithm>

namespace rockpool::platform {

// A place in the tree of patterns; its children are one segment further.
struct Router::Node {
  struct End {
    std::size_t target;
    std::vector<std::string> parameter_names;
  };

  ByText<std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::optional<End> exact;
  std::optional<End> prefix;  // "/*" here
};

// One walk through the tree. Each node is visited once at most, so a walk costs no more than there
// are nodes, whatever the path.
class Router::Search {
 public:
  explicit Search(std::string_view path) : path_(path) {}

  std::optional<RouteMatch> from(const Node& root) {
    const Node::End* end = walk(root, 0);
    if (end == nullptr) return std::nullopt;
    RouteMatch match{end->target, prefix_length_, {}};
    match.parameters.reserve(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i)
      match.parameters.emplace_back(end->parameter_names[i], values_[i]);
    return match;
  }

 private:
  // `at` is where the next segment's slash stands, or the path's end.
  const Node::End* walk(const Node& node, std::size_t at) {
    if (at == path_.size()) {
      if (node.exact) return reached(*node.exact, path_.ends_with('/') ? at - 1 : at);
      return node.prefix ? reached(*node.prefix, at) : nullptr;
    }
    auto next = std::min(path_.find('/', at + 1), path_.size());
    auto segment = path_.substr(at + 1, next - at - 1);
    if (auto child = node.literals.find(segment); child != node.literals.end()) {
      if (const auto* end = walk(*child->second, next)) return end;
    }
    if (node.parameter && !segment.empty()) {
      values_.push_back(segment);
      if (const auto* end = walk(*node.parameter, next)) return end;
      values_.pop_back();
    }
    return node.prefix ? reached(*node.prefix, at) : nullptr;
  }

  const Node::End* reached(const Node::End& end, std::size_t prefix_length) {
    prefix_length_ = prefix_length;
    return &end;
  }

  std::string_view path_;
  std::vector<std::string_view> values_;
  std::size_t prefix_length_ = 0;
};

Router::Router() : any_host_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::build(const std::vector<Route>& routes) {
  Router router;
  for (const Route& route : routes) RETURN_IF_ERROR(router.add(route));
  return router;
}

Result<void> Router::add(const Route& route) {
  Node* node = any_host_.get();
  if (!route.pattern.host().empty()) {
    auto& root = hosts_[route.pattern.host()];
    if (!root) root = std::make_unique<Node>();
    node = root.get();
  }
  Node::End end{route.target, {}};
  for (const RoutePattern::Segment& segment : route.pattern.segments()) {
    bool is_literal = segment.kind == RoutePattern::Segment::Kind::Literal;
    if (!is_literal) end.parameter_names.push_back(segment.text);
    auto& child = is_literal ? node->literals[segment.text] : node->parameter;
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  auto& place = route.pattern.is_prefix() ? node->prefix : node->exact;
  if (place) {
    return fail(ErrorCode::RouteTaken,
                fmt::format("another function answers at '{}' already", route.pattern.text()));
  }
  place = std::move(end);
  return {};
}

Result<RouteMatch> Router::match(std::string_view host, std::string_view path) const {
  if (!path.starts_with('/')) {
    return fail(ErrorCode::BadRequest, "the request's path does not begin with '/'");
  }
  if (has_dot_segments(path)) {
    return fail(ErrorCode::BadRequest, "the request's path holds a dot segment");
  }
  if (!hosts_.empty()) {
    if (auto named = hosts_.find(normal_host(host)); named != hosts_.end()) {
      if (auto match = Search(path).from(*named->second)) return *std::move(match);
    }
  }
  if (auto match = Search(path).from(*any_host_)) return *std::move(match);
  return fail(ErrorCode::FunctionNotFound, "no function answers at this address");
}

}  // namespace rockpool::platform
