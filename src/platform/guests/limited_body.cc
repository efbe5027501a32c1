#include "platform/guests/limited_body.h"

#include <fmt/format.h>

#include <utility>

#include "base/units.h"

namespace rockpool::platform {
namespace {

constexpr std::size_t kReadAtOnce = 64UL << 10;

}  // namespace

Error LimitedBody::too_large() const {
  return {ErrorCode::BodyTooLarge,
          fmt::format("the request's body is larger than {}, the function's limit",
                      format_bytes(limit_))};
}

Result<void> LimitedBody::check(std::optional<std::uint64_t> announced) {
  if (source_ == nullptr) return {};
  auto arrived = whole();
  auto size = announced ? *announced : arrived ? arrived->size() : 0;
  if (size > limit_) return std::unexpected(too_large());
  return {};
}

std::optional<std::string_view> LimitedBody::whole() {
  if (collected_) return *collected_;
  return source_ == nullptr ? std::string_view() : source_->whole();
}

boost::asio::awaitable<Result<std::string>> LimitedBody::read(std::size_t room) {
  auto piece = co_await source_->read(room);
  if (!piece) co_return piece;
  count_ += piece->size();
  if (count_ > limit_) co_return std::unexpected(too_large());
  co_return piece;
}

Task<void> LimitedBody::read_whole() {
  std::string body;
  for (;;) {
    CO_ASSIGN_OR_RETURN(auto piece, co_await read(kReadAtOnce));
    if (piece.empty()) break;
    body += piece;
  }
  collected_ = std::move(body);
  co_return Result<void>{};
}

}  // namespace rockpool::platform
