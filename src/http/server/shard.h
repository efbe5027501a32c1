#pragma once

#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/server/server.h"
#include "http/server/transport.h"

namespace rockpool::http {

class Connection;

// What the shards of a stopping server have left, for the thread that waits for it.
class DrainBoard {
 public:
  explicit DrainBoard(std::size_t shards) : rows_(shards) {}

  void report(std::size_t shard, std::size_t busy, std::size_t open);
  // Blocks until no request is in progress, or no connection is left. False at the deadline.
  bool wait_quiet(SteadyTime deadline);
  bool wait_empty(SteadyTime deadline);

 private:
  struct Row {
    bool reported = false;
    std::size_t busy = 0;
    std::size_t open = 0;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Row> rows_;
};

// The part of a server that lives on one reactor: its accept socket and its connections.
class Shard {
 public:
  using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

  Shard(async::Reactor& reactor, Handler& handler, const ServerOptions& options, DrainBoard& board,
        Acceptor acceptor);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // These are called on the reactor.
  void start();
  void drain();
  void close_idle();
  void stop();

  // For the connections.
  async::Reactor& reactor() { return reactor_; }
  Handler& handler() { return handler_; }
  const ServerOptions& options() const { return options_; }
  bool draining() const { return draining_; }
  bool closes_idle() const { return closes_idle_; }
  // "Date: …\r\n"; at most a sweep old.
  std::string_view date_line() const { return {date_line_.data(), date_line_.size()}; }
  // That much after now, at least.
  SteadyTime deadline_in(std::chrono::milliseconds timeout) const {
    return now_ + timeout + options_.sweep;
  }
  // Has the connection's answers sent when the reactor has done what it is at: those of many wake a
  // client that waits for several once, instead of once for each (docs/adr/0004-speed.md). False:
  // others have waited long enough and were sent; it sends its own now.
  bool flush_with_others(Connection& connection);
  // A request begins, and ends.
  void enter_exchange() { ++busy_; }
  void leave_exchange();
  // Destroys it.
  void remove(Connection& connection);

 private:
  using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>,
                                           asio::io_context::executor_type>;
  static constexpr std::string_view kDateForm = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

  void accept();
  void retry_accept();
  void add(Socket socket);
  void schedule_sweep();
  void sweep();
  void read_clocks();
  void report();
  void flush_unsent();
  template <class Visit>
  void for_each_connection(Visit visit);

  async::Reactor& reactor_;
  Handler& handler_;
  const ServerOptions& options_;
  DrainBoard& board_;
  Acceptor acceptor_;
  Timer accept_timer_;
  Timer sweep_timer_;
  bool sweeping_ = false;
  bool draining_ = false;
  bool closes_idle_ = false;
  std::vector<Connection*> unsent_;
  std::vector<Connection*> flushing_;
  SteadyTime unsent_since_;
  bool flush_posted_ = false;
  std::size_t busy_ = 0;
  std::size_t refused_ = 0;
  SteadyTime now_;
  std::time_t date_second_ = -1;
  std::array<char, kDateForm.size()> date_line_{};
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace rockpool::http
