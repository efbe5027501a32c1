#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <filesystem>

#include "async/blocking.h"
#include "async/reactor.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/server/handler.h"
#include "http/server/server.h"
#include "platform/platform.h"
#include "web/access/control_guard.h"
#include "web/access/trusted_proxies.h"
#include "web/fields/request_ids.h"
#include "web/journal/request_journal.h"

namespace rockpool::dialects {

// What a dialect works with; outlives it.
struct DialectWorld {
  platform::Platform& platform;
  async::Reactors& reactors;
  async::BlockingPool& blocking;
  web::RequestIds& ids;
  web::RequestJournal& journal;
  const web::TrustedProxies& proxies;
  // Keeps foreign pages out where the listener is for this machine alone; null where it is not.
  const web::ControlGuard* guard;
  const http::ConnectionLimit& connections;  // of its listener
  const Clock& clock;
  Log& log;
  std::filesystem::path data;  // the data directory
};

// Another system's API.
class Dialect : public http::Handler {
 public:
  // Awaited on each reactor, with its index, before the reactors stop: ends what goes on in the
  // background there.
  virtual boost::asio::awaitable<void> stop(std::size_t reactor) = 0;
};

}  // namespace rockpool::dialects
