#pragma once

#include <boost/asio/buffer.hpp>
#include <memory>
#include <string_view>

#include "async/task.h"
#include "base/clock.h"
#include "http/client/client.h"

namespace rockpool::http {

// The bytes of one connection to a server, plain or TLS. Failures name the server: timeout after
// the time that was set, unavailable for the rest.
class ClientStream {
 public:
  virtual ~ClientStream() = default;

  // When reads and writes are given up.
  virtual void expire_at(SteadyTime deadline) = 0;
  // What has come, 0 at the end of the stream.
  virtual Task<std::size_t> read_some(boost::asio::mutable_buffer into) = 0;
  virtual Task<void> write(std::string_view bytes) = 0;
};

// Certificates are verified against the URL's host.
Task<std::unique_ptr<ClientStream>> connect(const ClientOptions& options, const Url& url,
                                            SteadyTime deadline);

}  // namespace rockpool::http
