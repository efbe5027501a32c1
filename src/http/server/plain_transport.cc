#include <sys/socket.h>

#include <cerrno>

#include "http/server/socket_closing.h"
#include "http/server/transport.h"

namespace rockpool::http {
namespace {

class PlainTransport final : public Transport {
 public:
  PlainTransport(Socket socket, Listener& listener)
      : socket_(std::move(socket)), listener_(listener) {}

  void start_read(std::span<char> into) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()),
                            [this](const boost::system::error_code& error, std::size_t count) {
                              listener_.on_read(error ? 0 : count);
                            });
  }

  Written try_write(std::span<const iovec> pieces) override {
    for (;;) {
      ssize_t sent = send_now(pieces);
      if (sent >= 0) return {.count = static_cast<std::size_t>(sent)};
      if (errno == EAGAIN || errno == EWOULDBLOCK) return {};
      if (errno != EINTR) return {.broken = true};
    }
  }

  void start_wait_writable() override {
    socket_.async_wait(Socket::wait_write,
                       [this](const boost::system::error_code&) { listener_.on_writable(); });
  }

  void shutdown_send() override { shutdown_sending(socket_); }
  void close() override { close_socket(socket_); }
  void reset() override { reset_socket(socket_); }

 private:
  ssize_t send_now(std::span<const iovec> pieces) {
    constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
    if (pieces.size() == 1) {  // saves the kernel from copying the description below
      return ::send(socket_.native_handle(), pieces[0].iov_base, pieces[0].iov_len, kFlags);
    }
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());  // the kernel only reads them
    message.msg_iovlen = pieces.size();
    return ::sendmsg(socket_.native_handle(), &message, kFlags);
  }

  Socket socket_;
  Listener& listener_;
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(Socket socket, Transport::Listener& listener) {
  return std::make_unique<PlainTransport>(std::move(socket), listener);
}

}  // namespace rockpool::http
