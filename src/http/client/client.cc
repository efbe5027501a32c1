#include "http/client/client.h"

#include <algorithm>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "http/client/client_stream.h"
#include "http/syntax/message.h"

namespace rockpool::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using RequestHead = beast::http::request<beast::http::empty_body>;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::size_t kReadBlock = std::size_t{64} * 1024;

std::optional<std::uint64_t> body_size(const ClientRequest& request) {
  if (request.body_source != nullptr) return request.body_source->size();
  return request.body.size();
}

RequestHead make_head(const ClientRequest& request) {
  RequestHead head;
  head.version(11);
  head.method_string(request.method);
  head.target(request.url.target);
  head.set(beast::http::field::host, request.url.authority());
  head.set(beast::http::field::connection, "close");
  for (const auto& [name, value] : request.fields) head.insert(name, value);
  auto size = body_size(request);
  if (!size) {
    head.chunked(true);
  } else if (*size > 0 || request.method == "POST" || request.method == "PUT") {
    head.content_length(*size);
  }
  return head;
}

std::string to_text(const RequestHead& head) {
  beast::http::request_serializer<beast::http::empty_body> serializer(head);
  serializer.split(true);  // the head alone
  std::string text;
  boost::system::error_code error;
  while (!error && !serializer.is_header_done()) {
    serializer.next(error, [&](boost::system::error_code&, const auto& buffers) {
      text += beast::buffers_to_string(buffers);
      serializer.consume(beast::buffer_bytes(buffers));
    });
  }
  return text;
}

std::string to_chunk(std::string_view piece) {
  if (piece.empty()) return beast::buffers_to_string(beast::http::make_chunk_last());
  return beast::buffers_to_string(
      beast::http::make_chunk(asio::const_buffer(piece.data(), piece.size())));
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

class StreamReader final : public ResponseReader {
 public:
  StreamReader(std::unique_ptr<ClientStream> stream, const ClientRequest& request)
      : stream_(std::move(stream)), server_(HostPort{request.url.host, request.url.port}.text()) {
    parser_.skip(request.method == "HEAD");
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());  // the caller counts
  }

  const ClientResponse& head() const override { return head_; }

  Task<void> send(const ClientRequest& request);
  Task<void> read_head();
  Task<std::size_t> read_some(std::span<char> into, std::chrono::milliseconds patience) override;

 private:
  Task<void> send_body(const ClientRequest& request);
  Task<void> read_more();
  // Hands the parser what has come; whether it needs more.
  Result<bool> parse();
  // How much of the body is still to come, once all that came with the head is read; none if only
  // the parser can tell.
  std::optional<std::uint64_t> rest_of_known_length();
  Task<std::size_t> read_rest(std::span<char> into);
  Error broken_off() const;

  std::unique_ptr<ClientStream> stream_;
  std::string server_;
  beast::flat_buffer buffer_;
  Parser parser_;
  ClientResponse head_;
  std::optional<std::uint64_t> rest_;  // read without the parser, which would copy it
};

Task<void> StreamReader::send(const ClientRequest& request) {
  std::string head = to_text(make_head(request));
  CO_RETURN_IF_ERROR(co_await stream_->write(head));
  co_return co_await send_body(request);
}

Task<void> StreamReader::send_body(const ClientRequest& request) {
  auto total = body_size(request);
  Pieces pieces(request);
  std::uint64_t sent = 0;
  for (;;) {
    CO_ASSIGN_OR_RETURN(std::string_view piece, pieces.next());
    std::string chunk = total ? std::string() : to_chunk(piece);
    std::string_view bytes = total ? piece : chunk;
    auto written = co_await stream_->write(bytes);
    // A server may answer, and stop reading, before it has the whole body: its answer tells why.
    bool answered_early = !written && written.error().code() != ErrorCode::Timeout;
    if (piece.empty() || answered_early) co_return Result<void>{};
    CO_RETURN_IF_ERROR(std::move(written));
    sent += piece.size();
    if (request.progress) request.progress(sent, total);
  }
}

Task<void> StreamReader::read_more() {
  auto space = buffer_.prepare(kReadBlock);
  CO_ASSIGN_OR_RETURN(std::size_t count, co_await stream_->read_some(space));
  buffer_.commit(count);
  boost::system::error_code error;
  if (count == 0) parser_.put_eof(error);
  if (error || (count == 0 && !parser_.is_done())) co_return std::unexpected(broken_off());
  co_return Result<void>{};
}

Error StreamReader::broken_off() const {
  return {ErrorCode::Unavailable, server_ + " closed the connection before its answer's end"};
}

Result<bool> StreamReader::parse() {
  boost::system::error_code error;
  buffer_.consume(parser_.put(buffer_.data(), error));
  if (error == beast::http::error::need_more) return true;
  if (error && error != beast::http::error::need_buffer) {
    return fail(ErrorCode::Unavailable,
                "the answer of " + server_ + " is no HTTP: " + error.message());
  }
  return false;
}

Task<void> StreamReader::read_head() {
  while (!parser_.is_header_done()) {
    bool needs_more = buffer_.size() == 0;
    if (!needs_more) {
      CO_ASSIGN_OR_RETURN(needs_more, parse());
    }
    if (needs_more) {
      CO_RETURN_IF_ERROR(co_await read_more());
    }
  }
  head_.status = static_cast<int>(parser_.get().result_int());
  for (const auto& field : parser_.get()) {
    head_.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  co_return Result<void>{};
}

Task<std::size_t> StreamReader::read_some(std::span<char> into,
                                          std::chrono::milliseconds patience) {
  stream_->expire_at(std::chrono::steady_clock::now() + patience);
  std::size_t count = 0;
  while (count == 0 && !parser_.is_done()) {
    if (!rest_) rest_ = rest_of_known_length();
    if (rest_) co_return co_await read_rest(into);
    parser_.get().body().data = into.data();
    parser_.get().body().size = into.size();
    bool needs_more = buffer_.size() == 0;
    if (!needs_more) {
      CO_ASSIGN_OR_RETURN(needs_more, parse());
    }
    count = into.size() - parser_.get().body().size;
    if (needs_more && count == 0) {
      CO_RETURN_IF_ERROR(co_await read_more());
    }
  }
  co_return count;
}

std::optional<std::uint64_t> StreamReader::rest_of_known_length() {
  if (buffer_.size() > 0 || parser_.chunked()) return std::nullopt;
  auto rest = parser_.content_length_remaining();
  if (!rest) return std::nullopt;
  return *rest;
}

Task<std::size_t> StreamReader::read_rest(std::span<char> into) {
  std::size_t wanted = std::min<std::uint64_t>(*rest_, into.size());
  if (wanted == 0) co_return wanted;
  asio::mutable_buffer place(into.data(), wanted);
  CO_ASSIGN_OR_RETURN(std::size_t count, co_await stream_->read_some(place));
  if (count == 0) co_return std::unexpected(broken_off());
  *rest_ -= count;
  co_return count;
}

Task<std::unique_ptr<ResponseReader>> open_by(const ClientOptions& options,
                                              const ClientRequest& request, SteadyTime deadline) {
  CO_ASSIGN_OR_RETURN(auto stream, co_await connect(options, request.url, deadline));
  stream->expire_at(deadline);
  auto reader = std::make_unique<StreamReader>(std::move(stream), request);
  CO_RETURN_IF_ERROR(co_await reader->send(request));
  CO_RETURN_IF_ERROR(co_await reader->read_head());
  co_return reader;
}

}  // namespace

Task<std::string> ResponseReader::read(std::chrono::milliseconds patience) {
  std::string block(kReadBlock, '\0');
  CO_ASSIGN_OR_RETURN(std::size_t count, co_await read_some(block, patience));
  block.resize(count);
  co_return block;
}

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
