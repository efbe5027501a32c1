// The limit that servers are compared with: an epoll loop on each core that answers every request
// with the same thirteen bytes. It looks for the end of each request's head and for nothing else.
//
//   epoll_server      listens on a free loopback port and prints `ready PORT`
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world!";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// A socket of its own for each thread; the kernel spreads connections over them.
int listen_on(std::uint16_t port) {
  int listener = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  int on = 1;
  checked(setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
  checked(listen(listener, SOMAXCONN), "listen");
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

struct Connection {
  int socket;
  std::string begun;  // the beginning of a head that is not whole yet
};

// False once the connection is over.
bool serve_what_came(Connection& connection) {
  std::array<char, 16384> piece;
  ssize_t size = read(connection.socket, piece.data(), piece.size());
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  connection.begun.append(piece.data(), static_cast<std::size_t>(size));
  std::string answers;
  std::size_t taken = 0;
  for (std::size_t end; (end = connection.begun.find(kHeadEnd, taken)) != std::string::npos;) {
    taken = end + kHeadEnd.size();
    answers += kAnswer;
  }
  connection.begun.erase(0, taken);
  // Answers that do not fit the socket's buffer end the connection: this is a yardstick.
  return write(connection.socket, answers.data(), answers.size()) ==
         static_cast<ssize_t>(answers.size());
}

void accept_all(int listener, int poller) {
  for (;;) {
    int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    int on = 1;
    checked(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
    auto connection = std::make_unique<Connection>(socket, "");
    epoll_event interest{.events = EPOLLIN, .data = {.ptr = connection.get()}};
    checked(epoll_ctl(poller, EPOLL_CTL_ADD, socket, &interest), "epoll_ctl");
    // The poller owns it from here on.
    (void)connection.release();
  }
}

void serve(int listener) {
  int poller = checked(epoll_create1(0), "epoll_create1");
  epoll_event interest{.events = EPOLLIN, .data = {.ptr = nullptr}};
  checked(epoll_ctl(poller, EPOLL_CTL_ADD, listener, &interest), "epoll_ctl");
  std::array<epoll_event, 128> events;
  for (;;) {
    int count = epoll_wait(poller, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      auto* connection = static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (connection == nullptr) {
        accept_all(listener, poller);
      } else if (!serve_what_came(*connection)) {
        close(connection->socket);
        delete connection;
      }
    }
  }
}

}  // namespace

int main() {
  try {
    std::vector<std::jthread> threads;
    int first = listen_on(0);
    std::uint16_t port = port_of(first);
    for (unsigned core = 1; core < std::thread::hardware_concurrency(); ++core) {
      threads.emplace_back(serve, listen_on(port));
    }
    fmt::print("ready {}\n", port);
    std::fflush(stdout);
    serve(first);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "epoll_server: {}\n", failure.what());
    return 1;
  }
}
