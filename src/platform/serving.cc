#include "platform/serving.h"

#include <fmt/format.h>

#include <utility>

namespace rockpool::platform {
namespace {

std::string not_found(const FunctionName& name) {
  return fmt::format("there is no function '{}'", name.text());
}

}  // namespace

Result<Router> build_router(const std::vector<const Function*>& functions) {
  std::vector<Router::Route> routes;
  std::unordered_map<std::string, const Function*> owners;
  for (std::size_t target = 0; target < functions.size(); ++target) {
    const Function& function = *functions[target];
    for (const std::string& text : routes_of(function.name, function.live->settings)) {
      ASSIGN_OR_RETURN(auto pattern, RoutePattern::parse(text));
      auto [owner, is_new] = owners.emplace(pattern.key(), &function);
      if (!is_new) {
        return fail(ErrorCode::RouteTaken,
                    fmt::format("functions '{}' and '{}' can't both answer at '{}'",
                                owner->second->name.text(), function.name.text(), text));
      }
      routes.push_back({std::move(pattern), target});
    }
  }
  return Router::build(routes);
}

Result<std::shared_ptr<const ServingTable>> ServingTable::build(Versions versions) {
  auto table = std::make_shared<ServingTable>();
  std::vector<const Function*> functions;
  for (const auto& [name, version] : versions) {
    functions.push_back(version->function.get());
    table->targets.push_back(version);
  }
  ASSIGN_OR_RETURN(table->router, build_router(functions));
  table->versions = std::move(versions);
  return table;
}

Serving::Serving(std::size_t reactors)
    : table_(std::make_shared<const ServingTable>()), views_(reactors) {}

std::shared_ptr<const ServingTable> Serving::current() const {
  std::lock_guard lock(mutex_);
  return table_;
}

void Serving::publish(std::shared_ptr<const ServingTable> table) {
  std::lock_guard lock(mutex_);
  table_ = std::move(table);
  generation_.fetch_add(1, std::memory_order_release);
}

Serving::View& Serving::fresh_view(std::size_t reactor) {
  View& view = views_[reactor];
  auto generation = generation_.load(std::memory_order_acquire);
  if (view.generation == generation) return view;
  view.table = current();
  view.generation = generation;
  // Versions that stay keep what this reactor has of them.
  auto known = std::exchange(view.versions, {});
  for (const auto& version : view.table->targets) {
    auto found = known.find(version.get());
    if (found != known.end()) view.versions.insert(known.extract(found));
  }
  return view;
}

std::shared_ptr<LocalVersion> Serving::local(View& view,
                                             const std::shared_ptr<ServedVersion>& version) {
  auto& known = view.versions[version.get()];
  if (known == nullptr) {
    known = std::make_shared<LocalVersion>();
    known->shared = version;
  }
  return known;
}

Destination Serving::destination(View& view, RouteMatch match) {
  Destination destination{.local = local(view, view.table->targets[match.target]),
                          .prefix_length = match.prefix_length,
                          .parameters = std::move(match.parameters)};
  if (!destination.parameters.empty()) destination.parameter_names = view.table;
  return destination;
}

Result<Destination> Serving::route(std::size_t reactor, std::string_view host,
                                   std::string_view path) {
  View& view = fresh_view(reactor);
  ASSIGN_OR_RETURN(auto match, view.table->router.match(host, path));
  return destination(view, std::move(match));
}

Result<Destination> Serving::route_to(std::size_t reactor, const FunctionName& name,
                                      std::string_view path) {
  View& view = fresh_view(reactor);
  auto found = view.table->versions.find(name);
  if (found == view.table->versions.end()) {
    return fail(ErrorCode::FunctionNotFound, not_found(name));
  }
  if (!path.starts_with('/') || has_dot_segments(path)) {
    return fail(ErrorCode::BadRequest, "the path must begin with '/' and hold no dot segments");
  }
  const Function& function = *found->second->function;
  for (const std::string& route : routes_of(name, function.live->settings)) {
    ASSIGN_OR_RETURN(auto pattern, RoutePattern::parse(route));
    auto match = view.table->router.match(pattern.host(), path);
    if (match && view.table->targets[match->target] == found->second) {
      return destination(view, *std::move(match));
    }
  }
  return Destination{.local = local(view, found->second)};
}

}  // namespace rockpool::platform
