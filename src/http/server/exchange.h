#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "async/reactor.h"
#include "async/task.h"
#include "http/syntax/message.h"

namespace rockpool::http {

namespace asio = boost::asio;

// One request and its answer.
//
// Lives until the handler is done with it. Everything is called on the connection's reactor. The
// body may be read while the answer is written, by another coroutine.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;
  virtual async::Reactor& reactor() = 0;
  // The server is stopping: the handler should answer `draining` to what is new.
  virtual bool draining() const = 0;

  // The whole request body if all of it has arrived ("" if there is none), however often it is
  // asked for. Valid until the exchange ends, and only if read_body() was not called before.
  virtual std::optional<std::string_view> buffered_body() = 0;
  // Reads some of the request body, decoded; 0 at its end. Sends `100 Continue` first if the client
  // waits for it. Fails with request-timeout if the client stalls, bad-request if the framing is
  // broken, cancelled if the client went away.
  virtual Task<std::size_t> read_body(std::span<char> into) = 0;

  // Answers at once; nothing of `head` and `body` is kept. The body is left out for HEAD, 204 and
  // 304.
  virtual void respond(const ResponseHead& head, std::string_view body) = 0;

  // Starts an answer whose body comes by write(). Without a length it is chunked (HTTP/1.0: ends
  // with the connection). The head leaves with the first bytes of the body if these come in the
  // same turn of the reactor.
  virtual Task<void> start_response(const ResponseHead& head,
                                    std::optional<std::uint64_t> content_length) = 0;
  // Returns when the chunk was sent or buffered; waits while the client does not read. For HEAD,
  // 204 and 304 the body is dropped. Fails with cancelled if the client went away, timeout if it
  // stopped reading, invalid-argument (and the answer is aborted) if the body exceeds its length.
  virtual Task<void> write(std::string_view chunk) = 0;
  // The body is complete. Fails as write() does; invalid-argument (and the answer is aborted) if it
  // is shorter than its declared length.
  virtual Task<void> finish() = 0;
  // Closes the connection so that the client can't take what it got for a whole answer. Waiting
  // calls fail with cancelled.
  virtual void abort() = 0;

  // Calls back, at most once, if the client goes away (closes, resets, or stops reading for too
  // long) before the answer is complete. A client that only closes its sending side counts as gone,
  // though the answer can still be written. At once if it has gone already.
  virtual void on_disconnect(std::function<void()> callback) = 0;

  // 0 until the answer was started.
  virtual int response_status() const = 0;
  // Bytes of the answer's body handed to the connection so far.
  virtual std::uint64_t response_bytes() const = 0;
};

}  // namespace rockpool::http
