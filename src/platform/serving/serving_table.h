#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/reactor.h"
#include "platform/functions/function_page.h"
#include "platform/serving/destination.h"
#include "platform/serving/router.h"
#include "platform/serving/served_version.h"

namespace rockpool::platform {

// What is served, for all reactors. One publishes changes; each follows them in a router of its
// own before its next lookup, so that a lookup touches no memory that others write, and a change
// costs as much as it changes, however many functions there are.
class ServingTable {
 public:
  // What is served of one function from now on; null: nothing any more.
  struct Change {
    FunctionName name;
    std::shared_ptr<ServedVersion> version;
  };

  // `reactors` outlives it.
  explicit ServingTable(async::Reactors& reactors);

  // All of them at once: a lookup sees the world before or after. Their routes are nobody else's.
  // From any thread, one at a time.
  void publish(std::vector<Change> changes);

  // From any thread. Null if there is none.
  std::shared_ptr<ServedVersion> find(const FunctionName& name) const;
  std::shared_ptr<ServedVersion> find(const Origin& origin) const;
  // In name order, those whose name comes after `after`; of a dialect: in the order of their names
  // there.
  FunctionPage list(std::string_view after, std::size_t limit) const;
  FunctionPage list(std::string_view dialect, std::string_view after, std::size_t limit) const;
  std::size_t count(std::string_view dialect) const;

  // On the reactor of that index.
  Result<Destination> route(std::size_t reactor, std::string_view host, std::string_view path);
  Result<Destination> route_to(std::size_t reactor, const FunctionName& name,
                               std::string_view path);
  Result<Destination> destination_of(std::size_t reactor, const FunctionName& name);
  // For one that has a host to itself: by its own routes if it was given any, else everything is
  // below the root. Fails with function-not-found or bad-request.
  Result<Destination> route_within(std::size_t reactor, const FunctionName& name,
                                   std::string_view path);

 private:
  // A function's place in every view, which its routes lead to.
  using Place = std::size_t;

  struct Entry {
    Place place = 0;
    std::shared_ptr<ServedVersion> version;
  };
  // One function's part of a change, as the views take it.
  struct Step {
    Place place = 0;
    std::shared_ptr<ServedVersion> before;
    std::shared_ptr<ServedVersion> after;
  };
  using Steps = std::shared_ptr<const std::vector<Step>>;

  struct Held {
    std::shared_ptr<ServedVersion> version;
    std::shared_ptr<LocalVersion> local;  // made when it is first called
  };
  struct alignas(64) View {
    std::uint64_t generation = 0;
    Router router;
    std::vector<Held> held;  // by place
    std::unordered_map<FunctionName, Place> places;
  };
  using ByName = std::map<std::string, std::shared_ptr<ServedVersion>, std::less<>>;

  Step enter(const Change& change);
  void index_origin(const Step& step);
  View& fresh_view(std::size_t reactor);
  static void apply(View& view, const Step& step);
  static const std::shared_ptr<LocalVersion>& local(View& view, Place place);
  static Result<Place> place_of(const View& view, const FunctionName& name);

  async::Reactors& reactors_;
  mutable std::shared_mutex mutex_;  // guards what follows, up to generation_
  std::map<FunctionName, Entry> functions_;
  std::map<std::string, ByName, std::less<>> by_origin_;  // by dialect
  std::vector<Place> free_places_;
  Place next_place_ = 0;
  std::vector<std::vector<Steps>> unseen_;  // by reactor, in order
  std::atomic<std::uint64_t> generation_ = 0;
  std::vector<View> views_;  // by reactor
};

}  // namespace rockpool::platform
