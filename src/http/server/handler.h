#pragma once

#include "async/task.h"
#include "http/server/exchange.h"

namespace rockpool::http {

// Answers the requests of one listener. Called on the reactors, one call at a time for each
// connection.
class Handler {
 public:
  virtual ~Handler() = default;

  // Answers now, with respond(), and returns true; or does nothing and returns false, and handle()
  // is called. Saves a coroutine where nothing has to be waited for.
  virtual bool try_handle(Exchange& exchange) {
    (void)exchange;
    return false;
  }

  // Must have answered when it returns; otherwise the client gets refuse() with `internal`, as it
  // does if this throws. What a throw or a missing finish() leaves half sent is aborted.
  virtual asio::awaitable<void> handle(Exchange& exchange) = 0;

  // Writes, with respond(), the answer to a request that never reached handle(): bad-request,
  // request-timeout, headers-too-large, method-not-allowed (CONNECT), overloaded (too many
  // connections), internal. The request holds what was understood of it, perhaps nothing. The
  // connection closes afterwards unless the error is `internal`.
  virtual void refuse(Exchange& exchange, const Error& error);
};

}  // namespace rockpool::http
