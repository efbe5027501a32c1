#include <limits>

#include "base/check.h"
#include "http/server/connection.h"
#include "http/server/shard.h"

// What a connection offers to its handler.
namespace rockpool::http {
namespace {

// A request body that did not come with its head is received in blocks of this size.
constexpr std::size_t kBodyBlock = std::size_t{64} * 1024;
// More than this is not buffered for a client that does not read.
constexpr std::size_t kOutboxHigh = std::size_t{64} * 1024;
// As in connection.cc, for the promise to keep the connection.
constexpr std::uint64_t kUnreadAtMost = std::uint64_t{256} * 1024;

}  // namespace

std::optional<std::string_view> Connection::buffered_body() {
  if (buffered_body_) return buffered_body_;
  auto whole = body_.take_whole(input_);
  if (!whole) return std::nullopt;  // read_body() will meet the same error
  if (*whole) input_.hold();
  buffered_body_ = *whole;
  return buffered_body_;
}

bool Connection::awaits_continue() const {
  return request_.expects_continue && !continue_sent_ && !body_.done() && input_.unread().empty();
}

void Connection::send_continue() {
  if (!awaits_continue() || answer_.started()) return;
  continue_sent_ = true;
  outbox_.pending().append("HTTP/1.1 100 Continue\r\n\r\n");
  flush();
}

Task<std::size_t> Connection::read_body(std::span<char> into) {
  for (;;) {
    auto taken = take_body(into);
    if (!taken || *taken > 0 || body_.done()) {
      watch();
      co_return taken;
    }
    send_continue();
    receive_body();
    co_await await_body();
  }
}

asio::awaitable<void> Connection::await_body() {
  read_deadline_ = shard_.deadline_in(shard_.options().body_stall_timeout);
  body_awaited_ = true;
  auto stop_awaiting = [this] {
    body_awaited_ = false;
    read_deadline_ = SteadyTime::max();
  };
  try {
    co_await body_event_.wait();
  } catch (...) {
    stop_awaiting();  // a reader that was cancelled
    throw;
  }
  stop_awaiting();
}

void Connection::receive_body() {
  if (reading_ || closed_) return;
  if (input_.room().size() < InputBuffer::kSmallBlock) input_.reserve(kBodyBlock);
  start_read();
}

Result<std::size_t> Connection::take_body(std::span<char> into) {
  auto taken = body_.take(input_, into);
  if (!taken) body_broken_ = true;
  if (!taken || *taken > 0 || body_.done()) return taken;
  if (closed_ || input_ended_) {
    return fail(ErrorCode::Cancelled, "the client went away before it had sent the whole body");
  }
  if (body_stalled_) {
    body_broken_ = true;
    return fail(ErrorCode::RequestTimeout, "the client stopped sending the request's body");
  }
  return 0;
}

bool Connection::may_keep_alive(std::uint64_t unread_body_at_most) const {
  return request_.keep_alive && !body_broken_ && !input_ended_ && !shard_.draining() &&
         !awaits_continue() && body_.ends_within(unread_body_at_most);
}

Answer::Context Connection::answer_context() const {
  return {.date_line = shard_.date_line(),
          .is_head = request_.method == "HEAD",
          .version = request_.version,
          .keep_alive = keep_alive_};
}

void Connection::respond(const ResponseHead& head, std::string_view body) {
  CHECK(!answer_.started(), "one answer for a request");
  keep_alive_ = may_keep_alive(kUnreadAtMost);
  answer_.start_whole(outbox_.pending(), head, body.size(), answer_context());
  if (answer_.sends_body()) send_body_bytes(body);
  if (!serving_) schedule_turn();
}

// Small ones leave with what is pending, later; large ones leave now, uncopied.
void Connection::send_body_bytes(std::string_view bytes) {
  if (bytes.size() <= Outbox::kCopyAtMost || closed_) {
    outbox_.pending().append(bytes);
    return;
  }
  outbox_.flush_with(*transport_, bytes);
  if (outbox_.blocked() || outbox_.broken()) after_flush();
}

Task<void> Connection::start_response(const ResponseHead& head,
                                      std::optional<std::uint64_t> content_length) {
  CHECK(!answer_.started(), "one answer for a request");
  // The handler may go on to read the body, so its size does not count yet.
  keep_alive_ = may_keep_alive(std::numeric_limits<std::uint64_t>::max());
  answer_.start(outbox_.pending(), head, content_length, answer_context());
  keep_alive_ = keep_alive_ && !answer_.ends_with_connection();
  schedule_turn();
  co_return check_open();
}

Result<void> Connection::check_open() const {
  if (!closed_) return {};
  if (write_stalled_) return fail(ErrorCode::Timeout, "the client stopped reading the answer");
  return fail(ErrorCode::Cancelled, "the client went away before it had the whole answer");
}

Task<void> Connection::write(std::string_view chunk) {
  CHECK(answer_.started() && (closed_ || !answer_.complete()), "between start and finish");
  while (!closed_ && outbox_.size() >= kOutboxHigh) {
    flush();
    if (closed_ || outbox_.size() < kOutboxHigh) break;
    co_await write_event_.wait();
  }
  CO_RETURN_IF_ERROR(check_open());
  if (auto counted = answer_.count(chunk.size()); !counted) {
    abort();
    co_return counted;
  }
  if (chunk.empty() || !answer_.sends_body()) co_return Result<void>{};
  if (answer_.is_chunked()) Answer::append_chunk_start(outbox_.pending(), chunk.size());
  send_body_bytes(chunk);
  if (answer_.is_chunked()) outbox_.pending().append(Answer::kChunkEnd);
  schedule_turn();
  co_return Result<void>{};
}

Task<void> Connection::finish() {
  CHECK(answer_.started(), "after start");
  CO_RETURN_IF_ERROR(check_open());
  auto finished = answer_.finish(outbox_.pending());
  if (!finished) abort();
  schedule_turn();
  co_return finished;
}

void Connection::abort() {
  if (closed_ || answer_.complete()) return;
  disconnect_callback_ = nullptr;
  outbox_.flush(*transport_);
  if (answer_.ends_with_connection()) transport_->reset();
  close();
}

void Connection::on_disconnect(std::function<void()> callback) {
  if (gone_) {
    callback();
  } else {
    disconnect_callback_ = std::move(callback);
  }
}

}  // namespace rockpool::http
