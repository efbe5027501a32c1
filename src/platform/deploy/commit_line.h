#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "platform/deploy/deploy_plan.h"
#include "platform/deploy/turns.h"
#include "platform/functions/catalog.h"
#include "platform/functions/route_book.h"
#include "platform/serving/publisher.h"
#include "platform/world.h"

namespace rockpool::platform {

// Makes changes durable, then live, many at a time: those that come while a batch is being written
// make up the next one, so that they share its fsync. Used on the home reactor.
class CommitLine {
 public:
  // All outlive it. The catalog's functions have no route in common.
  CommitLine(const World& world, Catalog& catalog, Publisher& live);

  // Whether commit() would take the routes of `plans`, as things stand. Fails with route-taken.
  Result<void> check(const std::vector<DeployPlan>& plans);
  // All of `plans` or none. Those of a function are committed one after another by whoever calls.
  // Fails with route-taken, or as the store does.
  Task<void> commit(const std::vector<DeployPlan>& plans);
  // Nothing is committed while this is held.
  asio::awaitable<Turns::Held> pause();

 private:
  struct Waiting {
    const std::vector<DeployPlan>& plans;
    std::vector<FunctionStep> steps;
    std::optional<Result<void>> outcome = {};
  };

  asio::awaitable<void> commit_waiting();

  const World world_;
  Catalog& catalog_;
  Publisher& publisher_;
  RouteBook routes_;
  Turns turns_;  // of one name: batches follow one another
  std::vector<Waiting*> waiting_;
};

}  // namespace rockpool::platform
