#pragma once

#include "http/server/transport.h"

namespace rockpool::http {

// A failure of these only means that the peer is gone already, which the next read tells.
void shutdown_sending(Socket& socket);
void close_socket(Socket& socket);
void reset_socket(Socket& socket);

}  // namespace rockpool::http
