#include "http/server/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <vector>

#include "http/server/shard.h"
#include "http/syntax/url.h"

namespace rockpool::http {
namespace {

using Tcp = asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kBacklog = 4096;

Result<Tcp::endpoint> resolve(const HostPort& address, asio::io_context& context) {
  boost::system::error_code error;
  Tcp::resolver resolver(context);
  auto flags = Tcp::resolver::passive | Tcp::resolver::numeric_service;
  auto found = resolver.resolve(address.host, std::to_string(address.port), flags, error);
  if (error || found.empty()) {
    return fail(ErrorCode::InvalidArgument, "'" + address.text() + "' is no address to listen on",
                error.message());
  }
  return found.begin()->endpoint();
}

// A socket that listens on `endpoint`. The first of a server binds alone, so that a second server
// fails, and lets its siblings share the port afterwards.
boost::system::error_code listen(Shard::Acceptor& acceptor, const Tcp::endpoint& endpoint,
                                 bool is_first) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Shard::Acceptor::reuse_address(true), error);
  if (!error && !is_first) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error && is_first) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.listen(kBacklog, error);
  return error;
}

class ReactorServer final : public Server {
 public:
  ReactorServer(ServerOptions options, std::size_t reactors)
      : options_(std::move(options)), board_(reactors) {}

  Result<void> listen_on(const HostPort& address, async::Reactors& reactors, Handler& handler);

  const std::string& address() const override { return address_; }
  std::string url() const override { return (options_.tls ? "https://" : "http://") + address_; }

  void drain() override { post_to_all(&Shard::drain); }

  bool wait(SteadyTime deadline) override {
    bool is_quiet = board_.wait_quiet(deadline);
    post_to_all(&Shard::close_idle);
    return is_quiet && board_.wait_empty(deadline);
  }

  void stop() override { post_to_all(&Shard::stop); }

 private:
  void post_to_all(void (Shard::*action)()) {
    for (auto& shard : shards_) {
      asio::post(shard->reactor().context(), [&shard = *shard, action] { (shard.*action)(); });
    }
  }

  ServerOptions options_;
  DrainBoard board_;
  std::string address_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

Result<void> ReactorServer::listen_on(const HostPort& address, async::Reactors& reactors,
                                      Handler& handler) {
  ASSIGN_OR_RETURN(Tcp::endpoint endpoint, resolve(address, reactors[0].context()));
  for (std::size_t i = 0; i < reactors.size(); ++i) {
    Shard::Acceptor acceptor(reactors[i].context());
    if (auto error = listen(acceptor, endpoint, i == 0)) {
      return fail(ErrorCode::Io, "can't listen on " + address.text() + ": " + error.message());
    }
    endpoint = acceptor.local_endpoint();
    shards_.push_back(
        std::make_unique<Shard>(reactors[i], handler, options_, board_, std::move(acceptor)));
  }
  address_ = HostPort{endpoint.address().to_string(), endpoint.port()}.text();
  post_to_all(&Shard::start);
  return {};
}

}  // namespace

bool ConnectionLimit::take() {
  bool fits = open_.fetch_add(1, std::memory_order_relaxed) < most_;
  if (fits && (all_ == nullptr || all_->take())) return true;
  open_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void ConnectionLimit::give_back() {
  open_.fetch_sub(1, std::memory_order_relaxed);
  if (all_ != nullptr) all_->give_back();
}

Result<std::unique_ptr<Server>> make_server(const std::string& address, async::Reactors& reactors,
                                            Handler& handler, ServerOptions options) {
  ASSIGN_OR_RETURN(HostPort host_port, parse_host_port(address));
  auto server = std::make_unique<ReactorServer>(std::move(options), reactors.size());
  RETURN_IF_ERROR(server->listen_on(host_port, reactors, handler));
  return server;
}

}  // namespace rockpool::http
