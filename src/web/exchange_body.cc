#include "web/exchange_body.h"

#include <algorithm>

#include "base/units.h"

namespace rockpool::web {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
// A length that a client only claims reserves no more than this.
constexpr std::uint64_t kMaxReserveBytes = std::uint64_t{1} << 20;

}  // namespace

async::asio::awaitable<Result<std::string>> ExchangeBody::read(std::size_t room) {
  std::string piece(std::min(room, kReadBytes), '\0');
  std::span<char> into(piece);
  auto size = co_await exchange_.read_body(into);
  if (!size) co_return std::unexpected(std::move(size).error());
  piece.resize(*size);
  co_return piece;
}

Task<std::string> read_whole_body(http::Exchange& exchange, std::uint64_t max_bytes,
                                  ErrorCode too_large) {
  auto length = exchange.request().content_length;
  Error refusal(too_large, "at most " + format_bytes(max_bytes) + " are taken here");
  if (length.value_or(0) > max_bytes) co_return std::unexpected(std::move(refusal));

  std::string body;
  body.reserve(std::min(length.value_or(0), kMaxReserveBytes));
  for (;;) {
    std::size_t filled = body.size();
    std::size_t room = std::min<std::uint64_t>(kReadBytes, max_bytes + 1 - filled);
    body.resize(filled + room);
    std::span<char> into(body.data() + filled, room);
    auto size = co_await exchange.read_body(into);
    if (!size) co_return std::unexpected(std::move(size).error());
    body.resize(filled + *size);
    if (*size == 0) co_return body;
    if (body.size() > max_bytes) co_return std::unexpected(std::move(refusal));
  }
}

}  // namespace rockpool::web
