#include "server/dialect_front.h"

#include <fmt/format.h>

#include <utility>

#include "http/syntax/url.h"
#include "server/listener.h"

namespace rockpool::server {

DialectFront::DialectFront(std::string name, const World& world)
    : name_(std::move(name)),
      journal_(name_, world.reactors.size(), world.requests, world.access_log, world.clock),
      connections_(
          std::make_shared<http::ConnectionLimit>(world.connections->most(), world.connections)),
      guard_(nullptr, {}) {}

Result<std::unique_ptr<DialectFront>> DialectFront::open(std::string name,
                                                         const manifest::DialectListener& settings,
                                                         const World& world, const Make& make) {
  std::unique_ptr<DialectFront> front(new DialectFront(std::move(name), world));
  ASSIGN_OR_RETURN(auto address, http::parse_host_port(settings.address));
  bool is_local = web::is_loopback_host(address.host);
  if (!is_local) {
    world.log.warning(fmt::format(
        "whoever reaches the {} listener at {} may store and run modules: it knows no tokens",
        front->name_, settings.address));
  }
  dialects::DialectWorld dialect_world{.platform = world.platform,
                                       .reactors = world.reactors,
                                       .blocking = world.blocking,
                                       .ids = world.ids,
                                       .journal = front->journal_,
                                       .proxies = world.proxies,
                                       .guard = is_local ? &front->guard_ : nullptr,
                                       .connections = *front->connections_,
                                       .clock = world.clock,
                                       .log = world.log,
                                       .data = world.data};
  ASSIGN_OR_RETURN(front->dialect_, make(dialect_world));
  ASSIGN_OR_RETURN(front->tls_, load_certificate(settings.tls));
  http::ServerOptions options;
  options.connections = front->connections_;
  options.tls = front->tls_;
  ASSIGN_OR_RETURN(front->server_, listen(settings.address, "--" + front->name_, world.reactors,
                                          *front->dialect_, options));
  return front;
}

std::optional<Result<void>> DialectFront::reload() {
  if (tls_ == nullptr) return std::nullopt;
  return tls_->reload();
}

}  // namespace rockpool::server
