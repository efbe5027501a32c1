#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/event.h"
#include "base/clock.h"
#include "http/server/exchange.h"
#include "http/server/handler_runner.h"
#include "http/server/input_buffer.h"
#include "http/server/outbox.h"
#include "http/server/request_body.h"
#include "http/server/transport.h"
#include "http/syntax/answer.h"

namespace rockpool::http {

class Shard;

// One accepted connection: reads heads, hands requests to the handler, sends the answers. A state
// machine driven by the socket; only a handler that waits runs as a coroutine.
//
// Belongs to its shard, which destroys it when it asks to (Shard::remove()).
class Connection final : public Exchange, Transport::Listener, HandlerRunner::Owner {
 public:
  Connection(Shard& shard, Socket socket);

  // Begins to read; or, if told so, answers with that error and closes.
  void start(const std::optional<Error>& refusal);
  // Looks at the deadlines. May destroy the connection, as the next three may.
  void sweep(SteadyTime now);
  // Its turn after Shard::flush_with_others().
  void flush_now();
  void close_if_idle();
  void terminate();

  const Request& request() const override { return request_; }
  async::Reactor& reactor() override;
  bool draining() const override;
  std::optional<std::string_view> buffered_body() override;
  Task<std::size_t> read_body(std::span<char> into) override;
  void respond(const ResponseHead& head, std::string_view body) override;
  Task<void> start_response(const ResponseHead& head,
                            std::optional<std::uint64_t> content_length) override;
  Task<void> write(std::string_view chunk) override;
  Task<void> finish() override;
  void abort() override;
  void on_disconnect(std::function<void()> callback) override;
  int response_status() const override { return answer_.status(); }
  std::uint64_t response_bytes() const override { return answer_.body_bytes(); }

  // The shard's own.
  std::size_t shard_index = 0;
  bool counts_to_limit = true;

 private:
  enum class Phase : std::uint8_t {
    Head,        // waits for a request, or for the rest of its head
    Handling,    // the handler has it
    Discarding,  // answered; the rest of the request's body is dropped
    Closing,     // answered; closes when everything is sent
    Lingering,   // all sent; waits for the client to read it
    Closed,
  };

  void on_read(std::size_t count) override;
  void on_writable() override;
  void on_handled(std::optional<Error> failure) override;

  // Requests.
  void serve();
  bool take_head();
  bool head_is_worth_parsing();
  void open_exchange();
  void run_handler();
  void end_exchange();
  void leave_exchange();
  void refuse(const Error& error);
  void discard_body();
  void on_read_timeout();

  // Input.
  void on_input(std::size_t count);
  void on_input_end();
  void start_read();
  void watch();
  void await_head();
  bool awaits_continue() const;
  void send_continue();
  void receive_body();
  asio::awaitable<void> await_body();
  Result<std::size_t> take_body(std::span<char> into);

  // Output.
  bool may_keep_alive(std::uint64_t unread_body_at_most) const;
  Answer::Context answer_context() const;
  void send_body_bytes(std::string_view bytes);
  void flush();
  void after_flush();
  void schedule_turn();
  void turn();
  Result<void> check_open() const;

  // The end.
  void notify_gone();
  void finish_closing();
  void close();
  void settle();
  bool is_held() const {
    return reading_ || waiting_writable_ || turn_scheduled_ || flush_scheduled_;
  }

  Shard& shard_;
  std::string remote_address_;
  std::string remote_port_;
  std::unique_ptr<Transport> transport_;
  Phase phase_ = Phase::Head;
  bool closed_ = false;
  bool serving_ = false;           // serve() is on the stack and will flush
  bool reading_ = false;           // these four hold the connection in memory
  bool waiting_writable_ = false;  //
  bool turn_scheduled_ = false;    //
  bool flush_scheduled_ = false;   //
  bool input_ended_ = false;
  bool in_exchange_ = false;  // as the shard counts

  InputBuffer input_;
  bool head_begun_ = false;
  std::size_t head_seen_ = 0;  // bytes of an incomplete head that were parsed in vain
  SteadyTime read_deadline_ = SteadyTime::max();
  async::Event body_event_;

  Outbox outbox_;
  SteadyTime write_deadline_ = SteadyTime::max();
  async::Event write_event_;

  // Of the current exchange.
  Request request_;
  RequestBody body_;
  std::optional<std::string_view> buffered_body_;  // once it was asked for and whole
  Answer answer_;
  bool keep_alive_ = true;
  bool handled_ = false;
  bool gone_ = false;
  bool continue_sent_ = false;
  bool body_awaited_ = false;
  bool body_stalled_ = false;
  bool body_broken_ = false;
  bool write_stalled_ = false;
  std::uint64_t discarded_ = 0;
  std::optional<Error> failure_;
  std::function<void()> disconnect_callback_;

  HandlerRunner runner_;
};

}  // namespace rockpool::http
