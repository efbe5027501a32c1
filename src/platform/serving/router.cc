#include "platform/serving/router.h"

#include <fmt/format.h>

#include <algorithm>

namespace rockpool::platform {

// A place in the tree of patterns; its children are one segment further.
struct Router::Node {
  struct End {
    std::size_t target;
    std::shared_ptr<const std::vector<std::string>> parameter_names;  // null: none
  };

  ByText<std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::optional<End> exact;
  std::optional<End> prefix;  // "/*" here

  bool is_empty() const { return literals.empty() && !parameter && !exact && !prefix; }
};

// One walk through the tree. Each node is visited once at most, so a walk costs no more than there
// are nodes, whatever the path.
class Router::Search {
 public:
  explicit Search(std::string_view path) : path_(path) {}

  std::optional<RouteMatch> from(const Node& root) {
    const Node::End* end = walk(root, 0);
    if (end == nullptr) return std::nullopt;
    RouteMatch match{end->target, prefix_length_, {}, end->parameter_names};
    match.parameters.reserve(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i)
      match.parameters.emplace_back((*end->parameter_names)[i], values_[i]);
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
  std::vector<std::string> parameter_names;
  for (const RoutePattern::Segment& segment : route.pattern.segments()) {
    bool is_literal = segment.kind == RoutePattern::Segment::Kind::Literal;
    if (!is_literal) parameter_names.push_back(segment.text);
    auto& child = is_literal ? node->literals[segment.text] : node->parameter;
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  auto& place = route.pattern.is_prefix() ? node->prefix : node->exact;
  if (place) {
    return fail(ErrorCode::RouteTaken,
                fmt::format("another function answers at '{}' already", route.pattern.text()));
  }
  place = Node::End{route.target, nullptr};
  if (!parameter_names.empty()) {
    place->parameter_names =
        std::make_shared<const std::vector<std::string>>(std::move(parameter_names));
  }
  return {};
}

// Below `node`, from its segment `at` on; nodes that nothing needs any more go with it.
void Router::remove_below(Node& node, const RoutePattern& pattern, std::size_t at) {
  if (at == pattern.segments().size()) {
    (pattern.is_prefix() ? node.prefix : node.exact).reset();
    return;
  }
  const RoutePattern::Segment& segment = pattern.segments()[at];
  if (segment.kind == RoutePattern::Segment::Kind::Parameter) {
    if (!node.parameter) return;
    remove_below(*node.parameter, pattern, at + 1);
    if (node.parameter->is_empty()) node.parameter.reset();
    return;
  }
  auto child = node.literals.find(segment.text);
  if (child == node.literals.end()) return;
  remove_below(*child->second, pattern, at + 1);
  if (child->second->is_empty()) node.literals.erase(child);
}

void Router::remove(const RoutePattern& pattern) {
  if (pattern.host().empty()) {
    remove_below(*any_host_, pattern, 0);
    return;
  }
  auto host = hosts_.find(pattern.host());
  if (host == hosts_.end()) return;
  remove_below(*host->second, pattern, 0);
  if (host->second->is_empty()) hosts_.erase(host);
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
