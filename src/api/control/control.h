#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "async/task_group.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/server/handler.h"
#include "metrics/registry.h"
#include "platform/platform.h"
#include "web/access/control_guard.h"
#include "web/fields/request_ids.h"
#include "web/journal/request_journal.h"

namespace rockpool::api {

// What the control API tells about the server it belongs to.
struct ServerFacts {
  std::string public_url;   // base of the functions' URLs
  std::string ingress_url;  // where the listeners really are
  std::string control_url;
  std::uint64_t max_module_bytes = 0;
  WallTime started;
};

// What the control API works with; outlives it.
struct ControlWorld {
  platform::Platform& platform;
  async::Reactors& reactors;
  metrics::Registry& metrics;
  web::RequestIds& ids;
  web::RequestJournal& journal;
  const web::ControlGuard& guard;
  const web::TrustedProxies& proxies;
  const std::atomic<bool>& draining;  // the server is about to stop
  const Clock& clock;
  Log& log;
};

// The listener for operators: the control API, version 1, and what monitors ask.
class Control : public http::Handler {
 public:
  // Before the first request.
  virtual void set_facts(ServerFacts facts) = 0;
  // Awaited on each reactor, with its index, before the reactors stop: ends what goes on in the
  // background for calls whose clients have gone.
  virtual async::asio::awaitable<void> stop(std::size_t reactor) = 0;
};

std::unique_ptr<Control> make_control(const ControlWorld& world);

}  // namespace rockpool::api
