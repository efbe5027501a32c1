#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "async/event.h"
#include "async/reactor.h"
#include "base/clock.h"
#include "http/server/handler.h"
#include "http/server/server.h"

namespace rockpool::http {

// Something a test waits for and a handler tells.
class Occasion {
 public:
  void tell();
  // Fails the test after ten seconds.
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  bool has_come_ = false;
};

// Keeps a reactor busy.
struct Hold {
  Occasion begun;
  Occasion may_end;
};

// A handler whose paths are named by what they do.
class TestSite final : public Handler {
 public:
  bool try_handle(Exchange& exchange) override;
  asio::awaitable<void> handle(Exchange& exchange) override;
  void refuse(Exchange& exchange, const Error& error) override;

  Occasion waiting;              // a request for /waits is in handle()
  Occasion client_gone;          // on_disconnect() called back
  std::array<Hold, 2> holds;     // requests for /holds/0 and /holds/1
  Occasion cancelled;            // what /waits awaited was cancelled
  Occasion write_failed;         // /floods can write no more
  std::atomic<int> failed_code;  // what read_body() or write() failed with last

 private:
  void hold(Exchange& exchange, Hold& hold);
  Task<void> answer(Exchange& exchange);
  Task<void> echo_stream(Exchange& exchange);
  Task<void> echo_whole(Exchange& exchange);
  Task<void> flood(Exchange& exchange);
  Task<void> stream(Exchange& exchange, std::optional<std::uint64_t> declared);
  asio::awaitable<void> wait_for_disconnect(Exchange& exchange);
};

// A server for a TestSite on a free port, with one reactor.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {});
  ~TestServer();

  TestSite site;
  Server& server() { return *server_; }
  std::uint16_t port() const;

 private:
  async::Reactors reactors_{1, {}};
  std::unique_ptr<Server> server_;
};

}  // namespace rockpool::http
