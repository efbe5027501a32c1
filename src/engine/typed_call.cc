#include "engine/typed_call.h"

#include <utility>

#include "engine/typed_values.h"

namespace rockpool::engine {
namespace {

class TypedCall final : public GuestCall {
 public:
  TypedCall(std::unique_ptr<GuestCall> raw, std::vector<WitType> results)
      : raw_(std::move(raw)), result_types_(std::move(results)) {}

  std::optional<Event> poll_event() override {
    while (true) {
      if (auto end = take_end()) return end;
      auto event = raw_->poll_event();
      if (!event) return std::nullopt;
      if (auto translated = translate(*std::move(event))) return translated;
    }
  }

  asio::awaitable<Event> next_event() override {
    while (true) {
      if (auto end = take_end()) co_return *std::move(end);
      auto event = co_await raw_->next_event();
      auto translated = translate(std::move(event));
      if (translated) co_return *std::move(translated);
    }
  }

  void cancel(Error why) override { raw_->cancel(std::move(why)); }
  asio::awaitable<void> close() override { return raw_->close(); }
  Usage usage() const override { return raw_->usage(); }

 private:
  std::optional<Event> take_end() {
    if (!json_given_) return std::nullopt;
    return Event{};
  }

  // The bytes may come in pieces and are whole at the end; a function without results gives none.
  std::optional<Event> translate(Event event) {
    if (event.kind == Event::Kind::Body) {
      bytes_ += event.body;
      return std::nullopt;
    }
    if (event.failure) return event;
    auto json = decode_results(result_types_, bytes_);
    if (!json) {
      event.failure = std::move(json).error();
      return event;
    }
    json_given_ = true;
    event.kind = Event::Kind::Body;
    event.body = *std::move(json);
    return event;
  }

  std::unique_ptr<GuestCall> raw_;
  std::vector<WitType> result_types_;
  std::string bytes_;
  bool json_given_ = false;
};

}  // namespace

std::unique_ptr<GuestCall> make_typed_call(std::unique_ptr<GuestCall> raw,
                                           std::vector<WitType> results) {
  return std::make_unique<TypedCall>(std::move(raw), std::move(results));
}

}  // namespace rockpool::engine
