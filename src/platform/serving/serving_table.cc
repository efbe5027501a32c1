#include "platform/serving/serving_table.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "base/check.h"

namespace rockpool::platform {
namespace {

std::vector<RoutePattern> patterns_of(const ServedVersion& version) {
  std::vector<RoutePattern> patterns;
  const Function& function = *version.function;
  for (const std::string& text : routes_of(function.name, function.live->settings)) {
    auto pattern = RoutePattern::parse(text);
    CHECK(pattern.has_value(), text);  // settings hold valid routes only
    patterns.push_back(*std::move(pattern));
  }
  return patterns;
}

// Adds functions from `next` on until `page` is full.
template <class Iterator, class FunctionOf, class NameOf>
FunctionPage page_of(Iterator next, Iterator end, std::size_t limit, FunctionOf function_of,
                     NameOf name_of) {
  FunctionPage page;
  std::string last;
  for (; next != end && page.functions.size() < limit; ++next) {
    page.functions.push_back(function_of(*next));
    last = name_of(*next);
  }
  if (next != end && limit > 0) page.next = std::move(last);
  return page;
}

}  // namespace

ServingTable::ServingTable(async::Reactors& reactors)
    : reactors_(reactors), unseen_(reactors.size()), views_(reactors.size()) {}

// Brings the change into the tables that all share.
ServingTable::Step ServingTable::enter(const Change& change) {
  auto [known, is_new] = functions_.try_emplace(change.name);
  Entry& entry = known->second;
  if (is_new && !free_places_.empty()) {
    entry.place = free_places_.back();
    free_places_.pop_back();
  } else if (is_new) {
    entry.place = next_place_++;
  }
  Step step{entry.place, std::exchange(entry.version, change.version), change.version};
  index_origin(step);
  if (change.version == nullptr) {
    free_places_.push_back(entry.place);
    functions_.erase(known);
  }
  return step;
}

void ServingTable::index_origin(const Step& step) {
  if (step.before != nullptr && step.before->function->origin) {
    const Origin& origin = *step.before->function->origin;
    auto dialect = by_origin_.find(origin.dialect);
    if (dialect != by_origin_.end()) dialect->second.erase(origin.name);
  }
  if (step.after != nullptr && step.after->function->origin) {
    const Origin& origin = *step.after->function->origin;
    by_origin_[origin.dialect][origin.name] = step.after;
  }
}

void ServingTable::publish(std::vector<Change> changes) {
  auto steps = std::make_shared<std::vector<Step>>();
  std::vector<std::size_t> behind;
  {
    std::lock_guard lock(mutex_);
    for (const Change& change : changes) steps->push_back(enter(change));
    for (std::size_t reactor = 0; reactor < unseen_.size(); ++reactor) {
      if (unseen_[reactor].empty()) behind.push_back(reactor);
      unseen_[reactor].push_back(steps);
    }
    generation_.fetch_add(1, std::memory_order_release);
  }
  // A reactor that serves nobody follows, too, so that what is gone does not wait for it.
  for (std::size_t reactor : behind) {
    boost::asio::post(reactors_[reactor].context(), [this, reactor] { fresh_view(reactor); });
  }
}

std::shared_ptr<ServedVersion> ServingTable::find(const FunctionName& name) const {
  std::shared_lock lock(mutex_);
  auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second.version;
}

std::shared_ptr<ServedVersion> ServingTable::find(const Origin& origin) const {
  std::shared_lock lock(mutex_);
  auto dialect = by_origin_.find(origin.dialect);
  if (dialect == by_origin_.end()) return nullptr;
  auto found = dialect->second.find(origin.name);
  return found == dialect->second.end() ? nullptr : found->second;
}

FunctionPage ServingTable::list(std::string_view after, std::size_t limit) const {
  std::shared_lock lock(mutex_);
  auto name = FunctionName::parse(after);
  auto begin = name ? functions_.upper_bound(*name) : functions_.begin();
  return page_of(
      begin, functions_.end(), limit, [](const auto& row) { return row.second.version->function; },
      [](const auto& row) { return row.first.text(); });
}

FunctionPage ServingTable::list(std::string_view dialect, std::string_view after,
                                std::size_t limit) const {
  std::shared_lock lock(mutex_);
  auto known = by_origin_.find(dialect);
  if (known == by_origin_.end()) return {};
  const ByName& names = known->second;
  return page_of(
      names.upper_bound(after), names.end(), limit,
      [](const auto& row) { return row.second->function; },
      [](const auto& row) { return row.first; });
}

std::size_t ServingTable::count(std::string_view dialect) const {
  std::shared_lock lock(mutex_);
  auto known = by_origin_.find(dialect);
  return known == by_origin_.end() ? 0 : known->second.size();
}

ServingTable::View& ServingTable::fresh_view(std::size_t reactor) {
  View& view = views_[reactor];
  auto generation = generation_.load(std::memory_order_acquire);
  if (view.generation == generation) return view;
  std::vector<Steps> unseen;
  {
    std::lock_guard lock(mutex_);
    unseen.swap(unseen_[reactor]);
    view.generation = generation_.load(std::memory_order_relaxed);
  }
  for (const Steps& steps : unseen) {
    // First what goes: in one change a route may pass from one function to another.
    for (const Step& step : *steps) {
      if (step.before == nullptr) continue;
      for (const auto& pattern : patterns_of(*step.before)) view.router.remove(pattern);
    }
    for (const Step& step : *steps) apply(view, step);
  }
  return view;
}

void ServingTable::apply(View& view, const Step& step) {
  if (view.held.size() <= step.place) view.held.resize(step.place + 1);
  view.held[step.place] = {step.after, nullptr};
  if (step.after == nullptr) {
    view.places.erase(step.before->function->name);
    return;
  }
  view.places[step.after->function->name] = step.place;
  for (auto& pattern : patterns_of(*step.after)) {
    auto added = view.router.add({std::move(pattern), step.place});
    CHECK(added.has_value(), added ? "" : added.error().to_string());
  }
}

const std::shared_ptr<LocalVersion>& ServingTable::local(View& view, Place place) {
  Held& held = view.held[place];
  if (held.local == nullptr) {
    held.local = std::make_shared<LocalVersion>();
    held.local->shared = held.version;
  }
  return held.local;
}

Result<ServingTable::Place> ServingTable::place_of(const View& view, const FunctionName& name) {
  auto found = view.places.find(name);
  if (found != view.places.end()) return found->second;
  return fail(ErrorCode::FunctionNotFound, fmt::format("there is no function '{}'", name.text()));
}

Result<Destination> ServingTable::route(std::size_t reactor, std::string_view host,
                                        std::string_view path) {
  View& view = fresh_view(reactor);
  ASSIGN_OR_RETURN(auto match, view.router.match(host, path));
  return Destination{.local = local(view, match.target),
                     .prefix_length = match.prefix_length,
                     .parameters = std::move(match.parameters),
                     .parameter_names = std::move(match.parameter_names)};
}

Result<Destination> ServingTable::route_to(std::size_t reactor, const FunctionName& name,
                                           std::string_view path) {
  View& view = fresh_view(reactor);
  ASSIGN_OR_RETURN(Place place, place_of(view, name));
  if (!path.starts_with('/') || has_dot_segments(path)) {
    return fail(ErrorCode::BadRequest, "the path must begin with '/' and hold no dot segments");
  }
  for (const auto& pattern : patterns_of(*view.held[place].version)) {
    auto match = view.router.match(pattern.host(), path);
    if (!match || match->target != place) continue;
    return Destination{.local = local(view, place),
                       .prefix_length = match->prefix_length,
                       .parameters = std::move(match->parameters),
                       .parameter_names = std::move(match->parameter_names)};
  }
  return Destination{.local = local(view, place)};
}

Result<Destination> ServingTable::destination_of(std::size_t reactor, const FunctionName& name) {
  View& view = fresh_view(reactor);
  ASSIGN_OR_RETURN(Place place, place_of(view, name));
  return Destination{.local = local(view, place)};
}

Result<Destination> ServingTable::route_within(std::size_t reactor, const FunctionName& name,
                                               std::string_view path) {
  View& view = fresh_view(reactor);
  ASSIGN_OR_RETURN(Place place, place_of(view, name));
  const auto& settings = view.held[place].version->function->live->settings;
  if (!settings.routes.empty()) return route_to(reactor, name, path);
  return Destination{.local = local(view, place)};
}

}  // namespace rockpool::platform
