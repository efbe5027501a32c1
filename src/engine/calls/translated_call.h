#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "engine/guest_call.h"

namespace rockpool::engine {

// A call whose events become others on their way to the caller.
class TranslatedCall : public GuestCall {
 public:
  explicit TranslatedCall(std::unique_ptr<GuestCall> raw) : raw_(std::move(raw)) {}

  std::optional<Event> poll_event() final;
  asio::awaitable<Event> next_event() final;
  void cancel(Error why) final { raw_->cancel(std::move(why)); }
  void let_go() final { raw_->let_go(); }
  asio::awaitable<void> close() final { return raw_->close(); }
  Usage usage() const final { return raw_->usage(); }

 private:
  // An event that needs nothing more of the raw call.
  virtual std::optional<Event> take_ready() = 0;
  // What an event of the raw call becomes. Nothing: more is needed.
  virtual std::optional<Event> translate(Event event) = 0;

  std::unique_ptr<GuestCall> raw_;
};

}  // namespace rockpool::engine
