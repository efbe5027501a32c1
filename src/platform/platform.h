#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/reactor.h"
#include "async/task.h"
#include "logs/log_ring.h"
#include "platform/deploy/deployer.h"
#include "platform/functions/function_page.h"
#include "platform/invocations/invoker.h"
#include "platform/platform_options.h"
#include "platform/serving/destination.h"
#include "platform/states/saved_state.h"
#include "platform/world.h"

namespace rockpool::platform {

// Functions: what there is, where requests lead, how they run and how they change. Callable from
// any thread unless it takes a reactor: that reactor's, then.
class Platform {
 public:
  virtual ~Platform() = default;

  // Where a request leads. `path` as sent, without query; it outlives the destination. Fails with
  // bad-request or function-not-found.
  virtual Result<Destination> route(async::Reactor& reactor, std::string_view host,
                                    std::string_view path) = 0;
  // The same for a function that is named, whatever its routes: below its own literal prefix, or
  // below the root if `path` does not begin with it.
  virtual Result<Destination> route_to(async::Reactor& reactor, const FunctionName& name,
                                       std::string_view path) = 0;

  // That function itself, whatever its routes: all of the request's path stands below it. Fails
  // with function-not-found.
  virtual Result<Destination> destination_of(async::Reactor& reactor, const FunctionName& name) = 0;

  virtual Invoker& invoker() = 0;
  virtual Deployer& deployer() = 0;

  // Fails with function-not-found.
  virtual Result<std::shared_ptr<const Function>> find(const FunctionName& name) const = 0;
  // In name order, those whose name comes after `after`.
  virtual FunctionPage list(std::string_view after, std::size_t limit) const = 0;

  // What a dialect made, by the names it gave; it sees no others. Fails with function-not-found.
  virtual Result<std::shared_ptr<const Function>> find_origin(const Origin& origin) const = 0;
  // In the order of those names, those that come after `after`; so is `next` one of them.
  virtual FunctionPage list_origin(std::string_view dialect, std::string_view after,
                                   std::size_t limit) const = 0;
  virtual std::size_t count_origin(std::string_view dialect) const = 0;

  // The bytes of a stored module. Fails with module-not-found.
  virtual Task<std::string> module(Digest digest) = 0;
  // The function's log; it lasts as long as somebody holds it. Fails with function-not-found.
  virtual Result<std::shared_ptr<logs::LogRing>> log_of(const FunctionName& name) const = 0;

  // States that are saved of its live version's module, in key order: those behind `after`, or from
  // the first on. Fails with function-not-found.
  virtual Task<StatePage> states_of(FunctionName name, std::optional<std::string> after,
                                    std::size_t limit) = 0;
  // Erases one of them, after the calls that came before. Fails with function-not-found,
  // not-found or overloaded.
  virtual Task<void> erase_state(FunctionName name, std::string key) = 0;

  // Ends background work. Awaited on the first reactor, before the reactors stop; changes that were
  // begun are waited for.
  virtual asio::awaitable<void> stop() = 0;
};

// Brings back what the store holds; blocks, before the reactors start. No machine code is loaded
// yet: a version's is when it is first called. Fails with corrupt, naming the record.
Result<std::unique_ptr<Platform>> open_platform(const World& world, PlatformOptions options);

}  // namespace rockpool::platform
