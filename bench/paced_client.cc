// Sends requests at a fixed rate, whether or not earlier ones were answered, and counts each
// answer's time from the moment its request was due: a server that stalls can't hide the wait of
// the requests it held up.
//
//   paced_client PORT PATH RATE SECONDS CONNECTIONS
//
// Prints one JSON object: requests, failed (no answer, or not 200), p50_us, p99_us, max_us.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

// How long answers may still come after the last request was due.
constexpr std::chrono::seconds kGrace{3};

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

struct Plan {
  std::uint16_t port;
  std::string request;
  std::chrono::nanoseconds interval;
  std::size_t requests;
  std::size_t connections;
};

int connect_to(std::uint16_t port) {
  int socket = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  int on = 1;
  checked(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), "connect");
  return socket;
}

// The value of a header field in a head; nothing if it is absent.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line)) {
    line += 2;
    auto rest = head.substr(line);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (strncasecmp(rest.data(), name.data(), name.size()) != 0) continue;
    auto value = rest.substr(name.size() + 1);
    value = value.substr(0, value.find("\r\n"));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
  }
  return std::nullopt;
}

// Whether `answer` is whole: with a length, or in chunks without trailers.
bool is_whole(std::string_view answer) {
  std::size_t head_end = answer.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return false;
  auto head = answer.substr(0, head_end);
  auto body = answer.substr(head_end + 4);
  if (auto length = field(head, "content-length")) {
    return body.size() >= std::strtoull(length->data(), nullptr, 10);
  }
  return body == "0\r\n\r\n" || body.ends_with("\r\n0\r\n\r\n");
}

struct Connection {
  int socket = -1;
  Clock::time_point due;
  std::string answer;
};

class PacedLoad {
 public:
  explicit PacedLoad(const Plan& plan) : plan_(plan), connections_(plan.connections) {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].socket = connect_to(plan.port);
      epoll_event interest{.events = EPOLLIN, .data = {.u64 = i}};
      checked(epoll_ctl(poller_, EPOLL_CTL_ADD, connections_[i].socket, &interest), "epoll_ctl");
      idle_.push_back(i);
    }
    microseconds_.reserve(plan.requests);
  }

  void run() {
    start_ = Clock::now();
    auto give_up = due_time(plan_.requests) + kGrace;
    while (finished_ < plan_.requests && Clock::now() < give_up && !connections_lost()) {
      send_what_is_due();
      receive(std::min(give_up, next_send()));
    }
    std::ranges::sort(microseconds_);
  }

  std::string summary() const {
    std::size_t failed = plan_.requests - microseconds_.size();
    return fmt::format(
        R"({{"requests":{},"failed":{},"p50_us":{:.0f},"p99_us":{:.0f},"max_us":{:.0f}}})",
        plan_.requests, failed, percentile(0.5), percentile(0.99), percentile(1));
  }

 private:
  Clock::time_point due_time(std::size_t request) const {
    return start_ + plan_.interval * static_cast<std::int64_t>(request);
  }
  Clock::time_point next_send() const {
    bool can_send = sent_ < plan_.requests && !idle_.empty();
    return can_send ? due_time(sent_) : Clock::time_point::max();
  }
  bool connections_lost() const { return lost_ == connections_.size(); }

  void send_what_is_due() {
    auto now = Clock::now();
    while (next_send() <= now) {
      auto& connection = connections_[idle_.back()];
      idle_.pop_back();
      connection.due = due_time(sent_++);
      connection.answer.clear();
      // Fits the socket's buffer, as nothing else is on its way on this connection.
      checked(static_cast<int>(send(connection.socket, plan_.request.data(), plan_.request.size(),
                                    MSG_NOSIGNAL)),
              "send");
    }
  }

  void receive(Clock::time_point until) {
    auto wait = std::max(until - Clock::now(), Clock::duration::zero());
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
    timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
    std::array<epoll_event, 128> events;
    int count = epoll_pwait2(poller_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) read_answer(events[static_cast<std::size_t>(i)].data.u64);
  }

  void read_answer(std::size_t index) {
    auto& connection = connections_[index];
    std::array<char, 16384> piece;
    ssize_t size = read(connection.socket, piece.data(), piece.size());
    if (size <= 0) {
      // A lost connection's request counts as failed, since it has no time.
      checked(epoll_ctl(poller_, EPOLL_CTL_DEL, connection.socket, nullptr), "epoll_ctl");
      ++finished_;
      ++lost_;
      return;
    }
    connection.answer.append(piece.data(), static_cast<std::size_t>(size));
    if (!is_whole(connection.answer)) return;
    ++finished_;
    idle_.push_back(index);
    if (!connection.answer.starts_with("HTTP/1.1 200")) return;
    std::chrono::duration<double, std::micro> taken = Clock::now() - connection.due;
    microseconds_.push_back(taken.count());
  }

  double percentile(double part) const {
    if (microseconds_.empty()) return 0;
    auto last = static_cast<double>(microseconds_.size() - 1);
    return microseconds_[static_cast<std::size_t>(last * part)];
  }

  const Plan plan_;
  int poller_ = checked(epoll_create1(0), "epoll_create1");
  std::vector<Connection> connections_;
  std::vector<std::size_t> idle_;
  Clock::time_point start_;
  std::size_t sent_ = 0;
  std::size_t finished_ = 0;
  std::size_t lost_ = 0;
  std::vector<double> microseconds_;
};

Plan plan_of(char** arguments) {
  double rate = std::stod(arguments[3]);
  double seconds = std::stod(arguments[4]);
  if (rate <= 0 || seconds <= 0) throw std::invalid_argument("RATE and SECONDS must be positive");
  return {.port = static_cast<std::uint16_t>(std::stoul(arguments[1])),
          .request = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", arguments[2]),
          .interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / rate)),
          .requests = static_cast<std::size_t>(rate * seconds),
          .connections = std::stoul(arguments[5])};
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 6) {
    fmt::print(stderr, "usage: paced_client PORT PATH RATE SECONDS CONNECTIONS\n");
    return 2;
  }
  try {
    PacedLoad load(plan_of(arguments));
    load.run();
    fmt::print("{}\n", load.summary());
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "paced_client: {}\n", failure.what());
    return 1;
  }
}
