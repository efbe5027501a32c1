#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dialects/dialect.h"
#include "http/server/server.h"
#include "http/server/tls.h"
#include "manifest/server_settings.h"
#include "web/journal/access_log.h"
#include "web/journal/request_journal.h"

namespace rockpool::server {

// A dialect, its listener and what belongs to it alone. Destroyed after the reactors have stopped.
class DialectListeners {
 public:
  struct World {
    platform::Platform& platform;
    async::Reactors& reactors;
    async::BlockingPool& blocking;
    web::RequestIds& ids;
    metrics::Family<metrics::Counter>& requests;
    web::AccessLog& access_log;
    const web::TrustedProxies& proxies;
    std::shared_ptr<http::ConnectionLimit> connections;  // of all listeners
    const Clock& clock;
    Log& log;
    std::filesystem::path data;
  };
  using Make =
      std::function<Result<std::unique_ptr<dialects::Dialect>>(const dialects::DialectWorld&)>;

  // Binds the listener of the dialect that `make` makes. What `world` refers to outlives it. Fails
  // with invalid-argument or io, naming the flag to change.
  static Result<std::unique_ptr<DialectListeners>> open(std::string name,
                                                        const manifest::DialectListener& settings,
                                                        const World& world, const Make& make);

  const std::string& name() const { return name_; }
  http::Server& server() { return *server_; }
  // Reads the certificate again; none if it speaks no TLS.
  std::optional<Result<void>> reload();
  async::asio::awaitable<void> stop(std::size_t reactor) { return dialect_->stop(reactor); }

 private:
  DialectListeners(std::string name, const World& world);

  const std::string name_;
  web::RequestJournal journal_;
  std::shared_ptr<http::ConnectionLimit> connections_;
  web::ControlGuard guard_;
  std::shared_ptr<http::TlsCertificate> tls_;
  std::unique_ptr<dialects::Dialect> dialect_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace rockpool::server
