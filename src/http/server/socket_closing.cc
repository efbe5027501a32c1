#include "http/server/socket_closing.h"

#include <boost/asio/socket_base.hpp>

namespace rockpool::http {

void shutdown_sending(Socket& socket) {
  boost::system::error_code already_gone;
  socket.shutdown(asio::socket_base::shutdown_send, already_gone);
}

void close_socket(Socket& socket) {
  boost::system::error_code already_gone;
  socket.close(already_gone);
}

void reset_socket(Socket& socket) {
  boost::system::error_code already_gone;
  socket.set_option(asio::socket_base::linger(true, 0), already_gone);
  socket.close(already_gone);
}

}  // namespace rockpool::http
