#include "http/client.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>

#include "base/clock.h"
#include "http/message.h"

namespace rockpool::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using RequestHead = beast::http::request<beast::http::buffer_body>;
using Serializer = beast::http::request_serializer<beast::http::buffer_body>;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::size_t kReadBlock = std::size_t{64} * 1024;

std::unexpected<Error> to_failure(const Url& url, std::string_view what,
                                  const boost::system::error_code& error) {
  std::string server = HostPort{url.host, url.port}.text();
  if (error == beast::error::timeout) {
    return fail(ErrorCode::Timeout, server + " did not answer in time");
  }
  return fail(ErrorCode::Unavailable,
              std::string(what) + " " + server + " failed: " + error.message());
}

RequestHead make_head(const ClientRequest& request) {
  RequestHead head;
  head.version(11);
  head.method_string(request.method);
  head.target(request.url.target);
  head.set(beast::http::field::host, request.url.authority());
  head.set(beast::http::field::connection, "close");
  for (const auto& [name, value] : request.fields) head.insert(name, value);
  std::optional<std::uint64_t> size = request.body.size();
  if (request.body_source != nullptr) size = request.body_source->size();
  if (!size) {
    head.chunked(true);
  } else if (*size > 0 || request.method == "POST" || request.method == "PUT") {
    head.content_length(*size);
  }
  return head;
}

// A request's body as pieces, wherever it comes from.
class Pieces {
 public:
  explicit Pieces(const ClientRequest& request)
      : source_(request.body_source), rest_(request.body) {}

  // Empty at the end.
  Result<std::string_view> next() {
    if (source_ != nullptr) return source_->next();
    std::string_view piece = rest_.substr(0, kReadBlock);
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  BodySource* source_;
  std::string_view rest_;
};

template <class Stream>
class StreamReader final : public ResponseReader {
 public:
  StreamReader(Stream stream, const ClientRequest& request)
      : stream_(std::move(stream)), url_(request.url) {
    parser_.skip(request.method == "HEAD");
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());  // the caller counts
  }

  const ClientResponse& head() const override { return head_; }

  Task<void> send(const ClientRequest& request, SteadyTime deadline);
  Task<void> read_head(SteadyTime deadline);
  Task<std::string> read(std::chrono::milliseconds patience) override;

 private:
  Stream stream_;
  Url url_;
  beast::flat_buffer buffer_;
  Parser parser_;
  ClientResponse head_;
};

// A server may answer, and stop reading, before it has the whole body: its answer tells why, so a
// broken connection is no failure here.
template <class Stream>
Task<void> StreamReader<Stream>::send(const ClientRequest& request, SteadyTime deadline) {
  auto head = make_head(request);
  Serializer serializer(head);
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  beast::get_lowest_layer(stream_).expires_at(deadline);
  co_await beast::http::async_write_header(stream_, serializer, token);
  std::optional<std::uint64_t> total = request.body.size();
  if (request.body_source != nullptr) total = request.body_source->size();
  Pieces pieces(request);
  std::uint64_t sent = 0;
  while (!error) {
    CO_ASSIGN_OR_RETURN(std::string_view piece, pieces.next());
    head.body().data = const_cast<char*>(piece.data());  // Beast only reads it
    head.body().size = piece.size();
    head.body().more = !piece.empty();
    co_await beast::http::async_write(stream_, serializer, token);
    if (error == beast::http::error::need_buffer) error = {};
    if (piece.empty()) break;
    sent += piece.size();
    if (request.progress) request.progress(sent, total);
  }
  if (error == beast::error::timeout) co_return to_failure(url_, "sending to", error);
  co_return Result<void>{};
}

template <class Stream>
Task<void> StreamReader<Stream>::read_head(SteadyTime deadline) {
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  beast::get_lowest_layer(stream_).expires_at(deadline);
  co_await beast::http::async_read_header(stream_, buffer_, parser_, token);
  if (error) co_return to_failure(url_, "reading the answer of", error);
  head_.status = static_cast<int>(parser_.get().result_int());
  for (const auto& field : parser_.get()) {
    head_.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  co_return Result<void>{};
}

template <class Stream>
Task<std::string> StreamReader<Stream>::read(std::chrono::milliseconds patience) {
  std::string block;
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  beast::get_lowest_layer(stream_).expires_after(patience);
  while (block.empty() && !parser_.is_done()) {
    block.resize(kReadBlock);
    parser_.get().body().data = block.data();
    parser_.get().body().size = block.size();
    co_await beast::http::async_read_some(stream_, buffer_, parser_, token);
    if (error == beast::http::error::need_buffer) error = {};
    if (error) co_return to_failure(url_, "reading the answer of", error);
    block.resize(block.size() - parser_.get().body().size);
  }
  co_return block;
}

Task<PlainStream> connect(const Url& url, SteadyTime deadline) {
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

template <class Stream>
Task<std::unique_ptr<ResponseReader>> exchange(Stream stream, const ClientRequest& request,
                                               SteadyTime deadline) {
  auto reader = std::make_unique<StreamReader<Stream>>(std::move(stream), request);
  CO_RETURN_IF_ERROR(co_await reader->send(request, deadline));
  CO_RETURN_IF_ERROR(co_await reader->read_head(deadline));
  co_return reader;
}

Task<std::unique_ptr<ResponseReader>> open_by(const ClientOptions& options,
                                              const ClientRequest& request, SteadyTime deadline) {
  CO_ASSIGN_OR_RETURN(PlainStream plain, co_await connect(request.url, deadline));
  if (!request.url.is_https) {
    co_return co_await exchange(std::move(plain), request, deadline);
  }
  CO_ASSIGN_OR_RETURN(TlsStream tls, co_await start_tls(std::move(plain), options, request.url));
  co_return co_await exchange(std::move(tls), request, deadline);
}

}  // namespace

std::optional<std::string_view> ClientResponse::find(std::string_view name) const {
  for (const auto& field : fields) {
    if (equal_ignoring_case(field.first, name)) return field.second;
  }
  return std::nullopt;
}

Client::Client(ClientOptions options) : options_(std::move(options)) {}

Task<std::unique_ptr<ResponseReader>> Client::open(ClientRequest request) {
  auto deadline = std::chrono::steady_clock::now() + request.timeout;
  co_return co_await open_by(options_, request, deadline);
}

Task<ClientResponse> Client::request(ClientRequest request) {
  auto deadline = std::chrono::steady_clock::now() + request.timeout;
  CO_ASSIGN_OR_RETURN(auto reader, co_await open_by(options_, request, deadline));
  ClientResponse response = reader->head();
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    CO_ASSIGN_OR_RETURN(std::string block, co_await reader->read(left));
    if (block.empty()) co_return response;
    response.body += block;
    if (response.body.size() > request.max_response_bytes) {
      co_return fail(ErrorCode::Unavailable,
                     "the answer of " + request.url.authority() + " is larger than allowed");
    }
  }
}

}  // namespace rockpool::http
