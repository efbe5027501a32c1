#include "http/server/connection.h"

#include <boost/asio/post.hpp>

#include "http/server/shard.h"
#include "http/syntax/head_parser.h"

namespace rockpool::http {
namespace {

// Of an unread request body: up to this it is read and dropped to keep the connection, beyond it
// the connection closes.
constexpr std::uint64_t kDiscardAtMost = std::uint64_t{256} * 1024;
constexpr std::chrono::milliseconds kLinger = std::chrono::seconds(2);

std::unique_ptr<Transport> make_transport(const ServerOptions& options, Socket socket,
                                          Transport::Listener& listener) {
  if (!options.tls) return make_plain_transport(std::move(socket), listener);
  return make_tls_transport(std::move(socket), listener, options.tls->context());
}

}  // namespace

Connection::Connection(Shard& shard, Socket socket)
    : shard_(shard),
      body_event_(shard.reactor().context().get_executor()),
      write_event_(shard.reactor().context().get_executor()),
      runner_(shard.reactor().context().get_executor(), shard.handler(), *this, *this) {
  boost::system::error_code already_gone;  // the first read tells
  auto remote = socket.remote_endpoint(already_gone);
  remote_address_ = remote.address().to_string();
  remote_port_ = std::to_string(remote.port());
  request_.remote_address = remote_address_;
  request_.remote_port = remote_port_;
  request_.is_tls = shard.options().tls != nullptr;
  transport_ = make_transport(shard.options(), std::move(socket), *this);
}

async::Reactor& Connection::reactor() {
  return shard_.reactor();
}

bool Connection::draining() const {
  return shard_.draining();
}

void Connection::start(const std::optional<Error>& refusal) {
  if (refusal) {
    refuse(*refusal);
    flush();
  } else {
    start_read();
    read_deadline_ = shard_.deadline_in(shard_.options().head_timeout);
  }
  settle();
}

void Connection::sweep(SteadyTime now) {
  if (write_deadline_ < now) {
    write_stalled_ = true;
    close();
  } else if (read_deadline_ < now) {
    on_read_timeout();
  }
  settle();
}

void Connection::on_read_timeout() {
  read_deadline_ = SteadyTime::max();
  if (phase_ == Phase::Handling) {
    body_stalled_ = true;
    body_event_.signal();
  } else if (phase_ == Phase::Head && !input_.unread().empty()) {
    // The bytes may have moved since they were parsed: make the request's views good again.
    HeadLimits limits{shard_.options().max_head_bytes, shard_.options().max_fields};
    (void)parse_head(input_.unread(), limits, request_);  // known to be incomplete
    refuse(Error(ErrorCode::RequestTimeout, "the request's head did not arrive in time"));
    flush();
  } else {
    close();
  }
}

void Connection::close_if_idle() {
  if (phase_ == Phase::Head && outbox_.empty()) close();
  settle();
}

void Connection::terminate() {
  if (phase_ == Phase::Handling) runner_.cancel();
  close();
  settle();
}

void Connection::on_read(std::size_t count) {
  reading_ = false;
  if (!closed_) {
    if (count == 0) {
      on_input_end();
    } else {
      on_input(count);
    }
  }
  settle();
}

void Connection::on_input(std::size_t count) {
  input_.commit(count);
  switch (phase_) {
    case Phase::Head:
      serve();
      break;
    case Phase::Handling:
      if (body_awaited_) {
        // The reader has not run yet: the client is not late any more.
        read_deadline_ = SteadyTime::max();
        body_event_.signal();
      } else {
        watch();
      }
      break;
    case Phase::Discarding:
      discard_body();
      if (phase_ == Phase::Head) {
        serve();
      } else {
        flush();
      }
      break;
    case Phase::Lingering:
      input_.consume(input_.unread().size());
      start_read();
      break;
    case Phase::Closing:
    case Phase::Closed:
      break;
  }
}

void Connection::on_input_end() {
  input_ended_ = true;
  if (phase_ == Phase::Handling) {
    body_event_.signal();
    notify_gone();
  } else if (phase_ != Phase::Closing && outbox_.empty()) {
    close();
  }
}

// Reads more, into whatever room there is or can be made.
void Connection::start_read() {
  if (reading_ || closed_) return;
  input_.rewind();
  if (input_.room().empty()) input_.reserve(InputBuffer::kSmallBlock);
  reading_ = true;
  transport_->start_read(input_.room());
}

// While a handler works: notices that the client goes away, and takes what it sends meanwhile as
// far as there is room.
void Connection::watch() {
  if (reading_ || closed_ || input_ended_ || input_.room().empty()) return;
  reading_ = true;
  transport_->start_read(input_.room());
}

void Connection::await_head() {
  if (input_ended_ || (shard_.closes_idle() && input_.unread().empty())) {
    close();
    return;
  }
  // One deadline for the whole head, however slowly it comes.
  const ServerOptions& options = shard_.options();
  if (input_.unread().empty()) {
    read_deadline_ = shard_.deadline_in(options.idle_timeout);
  } else if (!head_begun_) {
    head_begun_ = true;
    read_deadline_ = shard_.deadline_in(options.head_timeout);
  }
  start_read();
}

// Handles what has arrived, request by request, and sends the answers together; where nothing else
// depends on it, together with those of other connections.
void Connection::serve() {
  serving_ = true;
  while (phase_ == Phase::Head && !outbox_.blocked() && take_head()) {
    run_handler();
    if (!handled_) break;
    end_exchange();
  }
  serving_ = false;
  if (flush_scheduled_) return;
  bool may_wait = phase_ == Phase::Head && !closed_ && !outbox_.empty() && !outbox_.blocked();
  flush_scheduled_ = may_wait && shard_.flush_with_others(*this);
  if (!flush_scheduled_) flush();
}

void Connection::flush_now() {
  flush_scheduled_ = false;
  flush();
  settle();
}

bool Connection::take_head() {
  std::string_view received = input_.unread();
  const ServerOptions& options = shard_.options();
  if (received.empty() || !head_is_worth_parsing()) return false;
  auto head_size = parse_head(received, {options.max_head_bytes, options.max_fields}, request_);
  if (!head_size) {
    refuse(head_size.error());
    return false;
  }
  if (!*head_size) {
    head_seen_ = received.size();
    if (input_.room().empty()) input_.reserve(received.size());
    return false;
  }
  input_.consume(**head_size);
  open_exchange();
  if (request_.method != "CONNECT") return true;
  refuse(Error(ErrorCode::MethodNotAllowed, "this server is no proxy: it takes no CONNECT"));
  return false;
}

bool Connection::head_is_worth_parsing() {
  std::string_view received = input_.unread();
  if (head_seen_ == 0 || received.size() >= shard_.options().max_head_bytes ||
      may_hold_whole_head(received, head_seen_)) {
    return true;
  }
  head_seen_ = received.size();
  if (input_.room().empty()) input_.reserve(received.size());
  return false;
}

void Connection::open_exchange() {
  if (!in_exchange_) shard_.enter_exchange();
  in_exchange_ = true;
  input_.hold();
  phase_ = Phase::Handling;
  head_seen_ = 0;
  head_begun_ = false;
  read_deadline_ = SteadyTime::max();
  body_ = RequestBody(request_);
  buffered_body_.reset();
  answer_ = Answer();
  keep_alive_ = true;
  handled_ = gone_ = continue_sent_ = body_stalled_ = body_broken_ = false;
  discarded_ = 0;
}

void Connection::run_handler() {
  try {
    handled_ = shard_.handler().try_handle(*this);
  } catch (const std::exception& error) {
    on_handled(Error(ErrorCode::Internal, "the request's handler failed", error.what()));
  }
  if (handled_) return;
  runner_.run();
  if (!handled_) watch();
}

void Connection::on_handled(std::optional<Error> failure) {
  handled_ = true;
  failure_ = std::move(failure);
  if (!serving_) schedule_turn();
}

void Connection::end_exchange() {
  disconnect_callback_ = nullptr;
  if (!closed_ && !answer_.started()) {
    refuse(failure_.value_or(Error(ErrorCode::Internal, "the request's handler gave no answer")));
  }
  failure_.reset();
  if (!closed_ && !answer_.complete()) abort();
  if (closed_) {
    leave_exchange();
    phase_ = Phase::Closed;
  } else if (!keep_alive_) {
    phase_ = Phase::Closing;
  } else {
    phase_ = Phase::Discarding;
    read_deadline_ = shard_.deadline_in(shard_.options().body_stall_timeout);
    discard_body();
  }
}

void Connection::leave_exchange() {
  if (in_exchange_) shard_.leave_exchange();
  in_exchange_ = false;
}

// What the handler left of the request's body is in the way of the next request.
void Connection::discard_body() {
  auto dropped = body_.discard(input_);
  discarded_ += dropped.value_or(0);
  if (!dropped || discarded_ > kDiscardAtMost || !body_.ends_within(kDiscardAtMost)) {
    keep_alive_ = false;
    phase_ = Phase::Closing;
    return;
  }
  if (!body_.done()) return;
  read_deadline_ = SteadyTime::max();
  input_.release();
  leave_exchange();
  phase_ = Phase::Head;
}

// Lets the handler word an answer to a request that it did not get; the connection closes then.
void Connection::refuse(const Error& error) {
  if (phase_ != Phase::Handling) {
    open_exchange();
    body_ = RequestBody();
    body_broken_ = true;  // where the next request begins is unknown
  } else if (error.code() != ErrorCode::Internal) {
    body_broken_ = true;
  }
  bool was_serving = std::exchange(serving_, true);
  try {
    shard_.handler().refuse(*this, error);
  } catch (const std::exception&) {
    close();  // nothing more can be told to the client, and the bug above was told to refuse()
  }
  serving_ = was_serving;
  if (!answer_.complete()) close();
  if (error.code() == ErrorCode::Internal) return;  // end_exchange() goes on
  phase_ = closed_ ? Phase::Closed : Phase::Closing;
  if (closed_) leave_exchange();
}

void Connection::flush() {
  if (closed_) return;
  outbox_.flush(*transport_);
  after_flush();
}

void Connection::after_flush() {
  if (outbox_.broken()) {
    close();
  } else if (outbox_.blocked()) {
    if (!waiting_writable_) {
      waiting_writable_ = true;
      write_deadline_ = shard_.deadline_in(shard_.options().write_stall_timeout);
      transport_->start_wait_writable();
    }
  } else if (phase_ == Phase::Head) {
    await_head();
  } else if (phase_ == Phase::Discarding) {
    start_read();
  } else if (phase_ == Phase::Closing) {
    finish_closing();
  }
}

void Connection::on_writable() {
  waiting_writable_ = false;
  write_deadline_ = SteadyTime::max();
  if (!closed_) {
    flush();
    if (!outbox_.blocked()) write_event_.signal();
    if (phase_ == Phase::Head && !closed_ && !outbox_.blocked()) serve();
  }
  settle();
}

// Has turn() run when the reactor has done what it is at, so that what is written until then leaves
// together.
void Connection::schedule_turn() {
  if (std::exchange(turn_scheduled_, true)) return;
  asio::post(shard_.reactor().context(), [this] { turn(); });
}

void Connection::turn() {
  turn_scheduled_ = false;
  if (phase_ == Phase::Handling && handled_) end_exchange();
  if (phase_ == Phase::Head) {
    serve();
  } else {
    flush();
  }
  settle();
}

void Connection::notify_gone() {
  if (std::exchange(gone_, true)) return;
  if (auto callback = std::exchange(disconnect_callback_, nullptr)) callback();
}

// Everything is sent. If the client may still be sending, closing at once would reset the
// connection and could take the answer away before it is read (RFC 9112 section 9.6).
void Connection::finish_closing() {
  bool client_may_send =
      !input_ended_ && (body_broken_ || !body_.done() || !input_.unread().empty());
  transport_->shutdown_send();
  if (!client_may_send) {
    close();
    return;
  }
  phase_ = Phase::Lingering;
  read_deadline_ = shard_.deadline_in(kLinger);
  input_.consume(input_.unread().size());
  start_read();
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  transport_->close();
  read_deadline_ = write_deadline_ = SteadyTime::max();
  if (phase_ == Phase::Handling) {
    body_event_.signal();
    write_event_.signal();
    if (!handled_) notify_gone();
  } else {
    leave_exchange();
    phase_ = Phase::Closed;
  }
}

// Last in everything that the reactor, the shard or the socket calls: `this` may be gone
// afterwards.
void Connection::settle() {
  if (phase_ == Phase::Closed && !is_held()) shard_.remove(*this);
}

}  // namespace rockpool::http
