#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/destination.h"
#include "platform/router.h"
#include "platform/served_version.h"

namespace rockpool::platform {

// All live versions and the routes that lead to them, at one moment. Immutable.
struct ServingTable {
  using Versions = std::map<FunctionName, std::shared_ptr<ServedVersion>>;

  Versions versions;
  Router router;
  std::vector<std::shared_ptr<ServedVersion>> targets;  // of the router

  // Fails with route-taken.
  static Result<std::shared_ptr<const ServingTable>> build(Versions versions);
};

// The routes of functions, as the router takes them; targets are their places in the list. Fails
// with route-taken, naming the function that has the route.
Result<Router> build_router(const std::vector<const Function*>& functions);

// What is served, for all reactors: one publishes a table, each looks things up in a copy of its
// own, which it refreshes when the table changed. A lookup touches no memory that others write.
class Serving {
 public:
  explicit Serving(std::size_t reactors);

  // From any thread.
  std::shared_ptr<const ServingTable> current() const;
  void publish(std::shared_ptr<const ServingTable> table);

  // On the reactor of that index.
  Result<Destination> route(std::size_t reactor, std::string_view host, std::string_view path);
  Result<Destination> route_to(std::size_t reactor, const FunctionName& name,
                               std::string_view path);

 private:
  struct alignas(64) View {
    std::uint64_t generation = 0;
    std::shared_ptr<const ServingTable> table;
    std::unordered_map<const ServedVersion*, std::shared_ptr<LocalVersion>> versions;
  };

  View& fresh_view(std::size_t reactor);
  static std::shared_ptr<LocalVersion> local(View& view,
                                             const std::shared_ptr<ServedVersion>& version);
  static Destination destination(View& view, RouteMatch match);

  mutable std::mutex mutex_;
  std::shared_ptr<const ServingTable> table_;
  std::atomic<std::uint64_t> generation_ = 1;
  std::vector<View> views_;  // by reactor
};

}  // namespace rockpool::platform
