#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "async/reactor.h"
#include "http/server/handler.h"
#include "http/server/tls.h"

namespace rockpool::http {

// How many connections the process takes, over all its servers; or one of them, within `all`.
class ConnectionLimit {
 public:
  explicit ConnectionLimit(std::size_t most, std::shared_ptr<ConnectionLimit> all = nullptr)
      : most_(most), all_(std::move(all)) {}

  // False if there are too many already.
  bool take();
  void give_back();
  std::size_t open() const { return open_.load(std::memory_order_relaxed); }
  std::size_t most() const { return most_; }

 private:
  std::size_t most_;
  std::shared_ptr<ConnectionLimit> all_;
  std::atomic<std::size_t> open_ = 0;
};

// Time-outs are kept by a sweep, so they may come up to `sweep` late.
struct ServerOptions {
  std::size_t max_head_bytes = std::size_t{64} * 1024;
  std::size_t max_fields = 128;
  std::chrono::milliseconds head_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  std::chrono::milliseconds body_stall_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds write_stall_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds sweep = std::chrono::milliseconds(250);
  // Shared with the process's other servers; by default 10,000 for this one.
  std::shared_ptr<ConnectionLimit> connections = std::make_shared<ConnectionLimit>(10'000);
  // Speaks TLS if set.
  std::shared_ptr<TlsCertificate> tls;
};

// An HTTP/1.1 server on one address, with an accept socket on every reactor.
//
// Its methods may be called from any thread but a reactor's.
class Server {
 public:
  virtual ~Server() = default;

  // "127.0.0.1:8080", with the port really bound.
  virtual const std::string& address() const = 0;
  // "http://127.0.0.1:8080", or https.
  virtual std::string url() const = 0;

  // Stops accepting and closes idle connections. Requests that still come on open ones are handled,
  // with `draining` set; each connection closes after its answer.
  virtual void drain() = 0;
  // After drain(): blocks until no connection is left, at most until `deadline`. False if some are.
  virtual bool wait(std::chrono::steady_clock::time_point deadline) = 0;
  // Closes every connection and asks their handlers to end (on_disconnect(), terminal cancellation
  // of what they await).
  virtual void stop() = 0;
};

// Listens on `address` ("127.0.0.1:8080", "[::1]:0", "localhost:80"; port 0 picks a free one) and
// starts to accept once the reactors run. Fails with invalid-argument if the address is none, and
// with io, naming the address, if it can't be bound.
//
// `handler` and `reactors` must outlive the server; destroy it after the reactors have stopped.
Result<std::unique_ptr<Server>> make_server(const std::string& address, async::Reactors& reactors,
                                            Handler& handler, ServerOptions options);

}  // namespace rockpool::http
