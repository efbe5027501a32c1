#include "http/testing/raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "http/syntax/chunk_decoder.h"

namespace rockpool::http {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr int kPatienceMs = 10'000;

std::size_t length_of(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  auto at = head.find(kName);
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + kName.size())));
}

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  int at_once = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int outcome = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  EXPECT_EQ(outcome, 0) << "connecting to port " << port;
}

RawClient::~RawClient() {
  close();
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawClient::reset() {
  linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

bool RawClient::receive() {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, kPatienceMs) != 1) {
    ADD_FAILURE() << "nothing came after: " << received_.substr(0, 1000);
    return false;
  }
  std::array<char, 16 * 1024> block;
  ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
  was_reset_ = count < 0 && errno == ECONNRESET;
  if (count <= 0) return false;
  received_.append(block.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::take(std::size_t size) {
  std::string taken = received_.substr(0, size);
  received_.erase(0, size);
  return taken;
}

std::string RawClient::read_head() {
  while (!received_.contains(kHeadEnd)) {
    if (!receive()) return take(received_.size());
  }
  return take(received_.find(kHeadEnd) + kHeadEnd.size());
}

std::string RawClient::read_answer() {
  std::string answer = read_head();
  if (answer.contains("Transfer-Encoding: chunked\r\n")) {
    constexpr std::string_view kLastChunk = "0\r\n\r\n";
    while (!received_.contains(kLastChunk)) {
      if (!receive()) return answer + take(received_.size());
    }
    return answer + take(received_.find(kLastChunk) + kLastChunk.size());
  }
  std::size_t length = length_of(answer);
  while (received_.size() < length) {
    if (!receive()) break;
  }
  return answer + take(length);
}

std::string RawClient::read_to_end() {
  while (receive()) {
  }
  return take(received_.size());
}

std::string body_of(const std::string& answer) {
  auto end = answer.find(kHeadEnd);
  return end == std::string::npos ? "" : answer.substr(end + kHeadEnd.size());
}

std::string dechunked(std::string_view body) {
  ChunkDecoder decoder;
  std::string decoded;
  for (;;) {
    auto step = decoder.next(body, body.size() + 1);
    EXPECT_TRUE(step) << "broken chunks";
    if (!step || step->done) return decoded;
    EXPECT_GT(step->consumed, 0U) << "no last chunk";
    if (step->consumed == 0) return decoded;
    decoded += step->data;
    body.remove_prefix(step->consumed);
  }
}

}  // namespace rockpool::http
