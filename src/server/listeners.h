#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "api/control/control.h"
#include "async/blocking.h"
#include "async/reactor.h"
#include "base/result.h"
#include "http/server/server.h"
#include "http/server/tls.h"
#include "manifest/server_settings.h"
#include "metrics/registry.h"
#include "platform/platform.h"
#include "server/dialect_listeners.h"
#include "web/access/control_guard.h"
#include "web/access/token_file.h"
#include "web/access/trusted_proxies.h"
#include "web/fields/request_ids.h"
#include "web/journal/access_log.h"
#include "web/journal/request_journal.h"

namespace rockpool::server {

// The listeners and what they share. Destroyed after the reactors have stopped.
class Listeners {
 public:
  struct World {
    const manifest::ServerSettings& settings;
    platform::Platform& platform;
    async::Reactors& reactors;
    metrics::Registry& metrics;
    async::BlockingPool& blocking;
    const std::filesystem::path& data;  // the data directory
    const Clock& clock;
    Log& log;
  };

  // Binds the listeners; they accept once the reactors run. All of `world` outlives it. Fails with
  // invalid-argument or io, naming the flag to change.
  static Result<std::unique_ptr<Listeners>> open(const World& world);

  std::string ingress_url() const { return ingress_server_->url(); }
  std::string control_url() const { return control_server_->url(); }
  const std::vector<std::unique_ptr<DialectListeners>>& dialects() const { return dialects_; }

  // Reads certificates and tokens again; what fails keeps its old ones.
  void reload();
  // Monitors are told that the server is about to stop; requests are answered as before.
  void announce_end() { draining_ = true; }
  // Closes the listeners and waits for the requests in flight, at most until `deadline`; then cuts
  // off what is left. Blocks.
  void drain(std::chrono::steady_clock::time_point deadline);
  // After drain(); blocks.
  void stop();

 private:
  explicit Listeners(const World& world);
  Result<void> open_trust();
  Result<void> open_handlers();
  Result<void> open_listeners();
  Result<void> open_dialects();
  std::string public_url() const;

  const World world_;
  std::atomic<bool> draining_ = false;
  web::RequestIds ids_;
  std::unique_ptr<web::AccessLog> access_log_;
  metrics::Family<metrics::Counter>& requests_;
  web::RequestJournal ingress_journal_;
  web::RequestJournal control_journal_;
  web::TrustedProxies proxies_;
  std::unique_ptr<web::TokenFile> tokens_;
  std::unique_ptr<web::ControlGuard> guard_;
  std::shared_ptr<http::ConnectionLimit> connections_;
  std::shared_ptr<http::TlsCertificate> ingress_tls_;
  std::shared_ptr<http::TlsCertificate> control_tls_;
  std::unique_ptr<http::Handler> ingress_;
  std::unique_ptr<api::Control> control_;
  std::unique_ptr<http::Server> ingress_server_;
  std::unique_ptr<http::Server> control_server_;
  std::vector<std::unique_ptr<DialectListeners>> dialects_;
};

}  // namespace rockpool::server
