#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "platform/serving/router.h"

using rockpool::platform::RoutePattern;
using rockpool::platform::Router;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view take_line(std::string_view& rest) {
  auto end = std::min(rest.find('\n'), rest.size());
  auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

// A host, a path, then patterns, one a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  auto host = take_line(rest);
  auto path = take_line(rest);
  std::vector<Router::Route> routes;
  while (!rest.empty()) {
    auto pattern = RoutePattern::parse(take_line(rest));
    if (!pattern) continue;
    // What a pattern says of itself reads back as the same pattern.
    auto again = RoutePattern::parse(pattern->text());
    require(again && again->key() == pattern->key());
    routes.push_back({*std::move(pattern), routes.size()});
  }
  auto router = Router::build(routes);
  if (!router) return 0;
  auto match = router->match(host, path);
  if (!match) return 0;
  const auto& pattern = routes[match->target].pattern;
  require(match->prefix_length <= path.size());
  require(pattern.host().empty() || pattern.host() == rockpool::platform::normal_host(host));
  for (const auto& [name, value] : match->parameters) {
    require(value.data() >= path.data() &&
            value.data() + value.size() <= path.data() + path.size());
    require(!value.empty() && value.find('/') == std::string_view::npos);
  }
  return 0;
}
