#include "server/dialect_listeners.h"

#include <fmt/format.h>

#include <utility>

#include "http/syntax/url.h"
#include "server/listener.h"

namespace rockpool::server {

DialectListeners::DialectListeners(std::string name, const World& world)
    : name_(std::move(name)),
      journal_(name_, world.reactors.size(), world.requests, world.access_log, world.clock),
      connections_(
          std::make_shared<http::ConnectionLimit>(world.connections->most(), world.connections)),
      guard_(nullptr, {}) {}

Result<std::unique_ptr<DialectListeners>> DialectListeners::open(
    std::string name, const manifest::DialectListener& settings, const World& world,
    const Make& make) {
  std::unique_ptr<DialectListeners> listeners(new DialectListeners(std::move(name), world));
  ASSIGN_OR_RETURN(auto address, http::parse_host_port(settings.address));
  bool is_local = web::is_loopback_host(address.host);
  if (!is_local) {
    world.log.warning(fmt::format(
        "whoever reaches the {} listener at {} may store and run modules: it knows no tokens",
        listeners->name_, settings.address));
  }
  dialects::DialectWorld dialect_world{.platform = world.platform,
                                       .reactors = world.reactors,
                                       .blocking = world.blocking,
                                       .ids = world.ids,
                                       .journal = listeners->journal_,
                                       .proxies = world.proxies,
                                       .guard = is_local ? &listeners->guard_ : nullptr,
                                       .connections = *listeners->connections_,
                                       .clock = world.clock,
                                       .log = world.log,
                                       .data = world.data};
  ASSIGN_OR_RETURN(listeners->dialect_, make(dialect_world));
  ASSIGN_OR_RETURN(listeners->tls_, load_certificate(settings.tls));
  http::ServerOptions options;
  options.connections = listeners->connections_;
  options.tls = listeners->tls_;
  ASSIGN_OR_RETURN(listeners->server_, listen(settings.address, "--" + listeners->name_,
                                              world.reactors, *listeners->dialect_, options));
  return listeners;
}

std::optional<Result<void>> DialectListeners::reload() {
  if (tls_ == nullptr) return std::nullopt;
  return tls_->reload();
}

}  // namespace rockpool::server
