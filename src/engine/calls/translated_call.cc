#include "engine/calls/translated_call.h"

namespace rockpool::engine {

std::optional<GuestCall::Event> TranslatedCall::poll_event() {
  while (true) {
    if (auto ready = take_ready()) return ready;
    auto event = raw_->poll_event();
    if (!event) return std::nullopt;
    if (auto translated = translate(*std::move(event))) return translated;
  }
}

asio::awaitable<GuestCall::Event> TranslatedCall::next_event() {
  while (true) {
    if (auto ready = take_ready()) co_return *std::move(ready);
    auto event = co_await raw_->next_event();
    auto translated = translate(std::move(event));
    if (translated) co_return *std::move(translated);
  }
}

}  // namespace rockpool::engine
