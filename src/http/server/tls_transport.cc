#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <new>
#include <utility>

#include "http/server/socket_closing.h"
#include "http/server/transport.h"

namespace rockpool::http {
namespace {

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL.
int send_to_socket(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t sent =
      ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int receive_from_socket(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t received = ::recv(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (received < 0 && would_block()) BIO_set_retry_read(bio);
  return static_cast<int>(received);
}

long control_socket(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Made once for the process and never freed, as OpenSSL's built-in ones.
const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "rockpool socket");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_write(made, send_to_socket);
    BIO_meth_set_read(made, receive_from_socket);
    BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, Listener& listener, std::shared_ptr<ssl_ctx_st> context)
      : socket_(std::move(socket)),
        listener_(listener),
        context_(std::move(context)),
        ssl_(SSL_new(context_.get()), SSL_free) {
    BIO* bio = BIO_new(socket_method());
    if (!ssl_ || bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket_.native_handle())));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
  }

  void start_read(std::span<char> into) override {
    into_ = into;
    if (SSL_pending(ssl_.get()) == 0) {
      wait_to_read(Socket::wait_read);
      return;
    }
    asio::post(socket_.get_executor(), [this] { read(); });
  }

  Written try_write(std::span<const iovec> pieces) override {
    Written written;
    for (const iovec& piece : pieces) {
      std::size_t size = piece.iov_len;
      const auto* bytes = static_cast<const char*>(piece.iov_base);
      while (size > 0) {
        std::size_t taken = 0;
        ERR_clear_error();
        int outcome = SSL_write_ex(ssl_.get(), bytes, size, &taken);
        if (outcome != 1) {
          written.broken = !wants_more(outcome);
          return written;
        }
        written.count += taken;
        bytes += taken;
        size -= taken;
      }
    }
    return written;
  }

  void start_wait_writable() override {
    socket_.async_wait(Socket::wait_write,
                       [this](const boost::system::error_code&) { listener_.on_writable(); });
  }

  void shutdown_send() override {
    if (SSL_is_init_finished(ssl_.get()) == 1) {
      ERR_clear_error();
      (void)SSL_shutdown(ssl_.get());  // a peer that does not take close_notify now sees the FIN
    }
    shutdown_sending(socket_);
  }

  void close() override { close_socket(socket_); }
  void reset() override { reset_socket(socket_); }

 private:
  void wait_to_read(Socket::wait_type direction) {
    socket_.async_wait(direction, [this](const boost::system::error_code& error) {
      if (error) {
        listener_.on_read(0);
      } else {
        read();
      }
    });
  }

  void read() {
    if (!socket_.is_open()) {
      listener_.on_read(0);
      return;
    }
    std::size_t count = 0;
    ERR_clear_error();
    int outcome = SSL_read_ex(ssl_.get(), into_.data(), into_.size(), &count);
    if (outcome == 1) {
      listener_.on_read(count);
    } else if (!wants_more(outcome)) {
      listener_.on_read(0);
    } else {
      bool wants_write = SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_WANT_WRITE;
      wait_to_read(wants_write ? Socket::wait_write : Socket::wait_read);
    }
  }

  bool wants_more(int outcome) {
    int reason = SSL_get_error(ssl_.get(), outcome);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
  }

  Socket socket_;
  Listener& listener_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::span<char> into_;
};

}  // namespace

std::unique_ptr<Transport> make_tls_transport(Socket socket, Transport::Listener& listener,
                                              std::shared_ptr<ssl_ctx_st> context) {
  return std::make_unique<TlsTransport>(std::move(socket), listener, std::move(context));
}

}  // namespace rockpool::http
