#pragma once

#include <sys/uio.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <span>

struct ssl_ctx_st;

namespace rockpool::http {

namespace asio = boost::asio;

// A socket of one reactor, its executor known to the compiler.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// The bytes of one accepted connection, plain or over TLS.
class Transport {
 public:
  // Hears of what was started. Called from the reactor, never from within a call of Transport.
  class Listener {
   public:
    // 0: the peer sends no more, or the connection broke.
    virtual void on_read(std::size_t count) = 0;
    // try_write() is worth another attempt; it may fail.
    virtual void on_writable() = 0;

   protected:
    ~Listener() = default;
  };

  struct Written {
    std::size_t count = 0;  // less than offered: the peer does not take more now
    bool broken = false;
  };

  virtual ~Transport() = default;

  // One at a time, into memory that stays until on_read(). close() ends it too.
  virtual void start_read(std::span<char> into) = 0;
  // Never waits.
  virtual Written try_write(std::span<const iovec> pieces) = 0;
  // One at a time.
  virtual void start_wait_writable() = 0;
  // Tells the peer that no more will come.
  virtual void shutdown_send() = 0;
  virtual void close() = 0;
  // Closes so that the peer sees a reset.
  virtual void reset() = 0;
};

// `listener` must outlive the transport and what it started.
std::unique_ptr<Transport> make_plain_transport(Socket socket, Transport::Listener& listener);
// The handshake happens along with the first read.
std::unique_ptr<Transport> make_tls_transport(Socket socket, Transport::Listener& listener,
                                              std::shared_ptr<ssl_ctx_st> context);

}  // namespace rockpool::http
