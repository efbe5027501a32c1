#include "web/answers/captured_answer.h"

namespace rockpool::web {

async::asio::awaitable<Result<std::string>> HeldBody::read(std::size_t room) {
  std::string piece(rest_.substr(0, room));
  rest_.remove_prefix(piece.size());
  co_return piece;
}

void CapturedAnswer::answer(http::ResponseHead head, std::string_view body) {
  head_ = std::move(head);
  keep(body);
}

Task<void> CapturedAnswer::start(http::ResponseHead head, std::optional<std::uint64_t> /*length*/) {
  head_ = std::move(head);
  co_return Result<void>();
}

Task<void> CapturedAnswer::write(std::string_view chunk) {
  keep(chunk);
  co_return Result<void>();
}

Task<void> CapturedAnswer::finish() {
  co_return Result<void>();
}

void CapturedAnswer::keep(std::string_view bytes) {
  std::size_t room = kMaxBodyBytes - body_.size();
  if (bytes.size() > room) is_truncated_ = true;
  body_ += bytes.substr(0, room);
}

}  // namespace rockpool::web
