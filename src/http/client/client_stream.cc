#include "http/client/client_stream.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <utility>

namespace rockpool::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

std::unexpected<Error> to_failure(const Url& url, std::string_view what,
                                  const boost::system::error_code& error) {
  std::string server = HostPort{url.host, url.port}.text();
  if (error == beast::error::timeout) {
    return fail(ErrorCode::Timeout, server + " did not answer in time");
  }
  return fail(ErrorCode::Unavailable,
              std::string(what) + " " + server + " failed: " + error.message());
}

template <class Stream>
class StreamOf final : public ClientStream {
 public:
  StreamOf(Stream stream, Url url) : stream_(std::move(stream)), url_(std::move(url)) {}

  void expire_at(SteadyTime deadline) override {
    beast::get_lowest_layer(stream_).expires_at(deadline);
  }

  Task<std::size_t> read_some(asio::mutable_buffer into) override {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    std::size_t count = co_await stream_.async_read_some(into, token);
    if (error == asio::error::eof) co_return std::size_t{0};
    if (error) co_return to_failure(url_, "reading the answer of", error);
    co_return count;
  }

  Task<void> write(std::string_view bytes) override {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (!bytes.empty()) {
      asio::const_buffer rest(bytes.data(), bytes.size());
      std::size_t count = co_await stream_.async_write_some(rest, token);
      if (error) co_return to_failure(url_, "sending to", error);
      bytes.remove_prefix(count);
    }
    co_return Result<void>{};
  }

 private:
  Stream stream_;
  Url url_;
};

Task<PlainStream> connect_plain(const Url& url, SteadyTime deadline) {
  auto executor = co_await asio::this_coro::executor;
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  auto resolver = std::make_shared<Tcp::resolver>(executor);  // the timer's handler may outlive us
  asio::steady_timer too_late(executor, deadline);
  too_late.async_wait([resolver](const boost::system::error_code& cancelled) {
    if (!cancelled) resolver->cancel();
  });
  auto port = std::to_string(url.port);
  auto found = co_await resolver->async_resolve(url.host, port, token);
  bool was_too_late = too_late.cancel() == 0;
  if (error && was_too_late) error = beast::error::timeout;
  if (error) co_return to_failure(url, "looking up", error);
  // A lookup goes on when it is cancelled.
  auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    co_return to_failure(url, "connecting to", asio::error::operation_aborted);
  }
  PlainStream stream(executor);
  stream.expires_at(deadline);
  co_await stream.async_connect(found, token);
  if (error) co_return to_failure(url, "connecting to", error);
  co_return stream;
}

Result<asio::ssl::context> make_tls_context(const ClientOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  boost::system::error_code error;
  if (options.ca_file.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(options.ca_file, error);
  }
  if (!error && !options.extra_ca_file.empty()) {
    context.load_verify_file(options.extra_ca_file, error);
  }
  if (error) {
    return fail(ErrorCode::InvalidArgument,
                "the certificates of the authorities to trust can't be read", error.message());
  }
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

Task<TlsStream> start_tls(PlainStream plain, const ClientOptions& options, const Url& url) {
  CO_ASSIGN_OR_RETURN(asio::ssl::context context, make_tls_context(options));
  TlsStream stream(std::move(plain), context);
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  if (SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()) != 1) {
    co_return fail(ErrorCode::InvalidArgument, "'" + url.host + "' is no host name for TLS");
  }
  co_await stream.async_handshake(asio::ssl::stream_base::client, token);
  if (error) co_return to_failure(url, "the TLS handshake with", error);
  co_return stream;
}

}  // namespace

Task<std::unique_ptr<ClientStream>> connect(const ClientOptions& options, const Url& url,
                                            SteadyTime deadline) {
  CO_ASSIGN_OR_RETURN(PlainStream plain, co_await connect_plain(url, deadline));
  if (!url.is_https) {
    co_return std::make_unique<StreamOf<PlainStream>>(std::move(plain), url);
  }
  CO_ASSIGN_OR_RETURN(TlsStream tls, co_await start_tls(std::move(plain), options, url));
  co_return std::make_unique<StreamOf<TlsStream>>(std::move(tls), url);
}

}  // namespace rockpool::http
