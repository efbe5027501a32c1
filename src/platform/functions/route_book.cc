#include "platform/functions/route_book.h"

#include <fmt/format.h>

#include "base/check.h"
#include "platform/functions/route_pattern.h"

namespace rockpool::platform {
namespace {

struct OwnRoute {
  std::string key;
  std::string text;
};

std::vector<OwnRoute> own_routes(const Function& function) {
  std::vector<OwnRoute> routes;
  for (const std::string& text : routes_of(function.name, function.live->settings)) {
    auto pattern = RoutePattern::parse(text);
    CHECK(pattern.has_value(), text);  // settings hold valid routes only
    routes.push_back({pattern->key(), text});
  }
  return routes;
}

}  // namespace

void RouteBook::enter(const Function& function) {
  for (auto& route : own_routes(function)) owners_.emplace(std::move(route.key), function.name);
}

void RouteBook::strike(const Function& function) {
  for (const auto& route : own_routes(function)) {
    auto owner = owners_.find(route.key);
    if (owner != owners_.end() && owner->second == function.name) owners_.erase(owner);
  }
}

Result<void> RouteBook::take(const std::vector<FunctionStep>& changes) {
  for (const auto& change : changes) {
    if (change.before != nullptr) strike(*change.before);
  }
  for (const auto& change : changes) {
    if (change.after == nullptr) continue;
    for (const auto& route : own_routes(*change.after)) {
      auto [owner, is_free] = owners_.emplace(route.key, change.after->name);
      if (is_free || owner->second == change.after->name) continue;
      auto taken = fail(ErrorCode::RouteTaken,
                        fmt::format("functions '{}' and '{}' can't both answer at '{}'",
                                    owner->second.text(), change.after->name.text(), route.text));
      give_back(changes);
      return taken;
    }
  }
  return {};
}

void RouteBook::give_back(const std::vector<FunctionStep>& changes) {
  for (const auto& change : changes) {
    if (change.after != nullptr) strike(*change.after);
  }
  for (const auto& change : changes) {
    if (change.before != nullptr) enter(*change.before);
  }
}

}  // namespace rockpool::platform
