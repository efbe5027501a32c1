#include "engine/calls/typed_call.h"

#include <utility>

#include "engine/calls/translated_call.h"
#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

class TypedCall final : public TranslatedCall {
 public:
  TypedCall(std::unique_ptr<GuestCall> raw, std::vector<WitType> results)
      : TranslatedCall(std::move(raw)), result_types_(std::move(results)) {}

 private:
  std::optional<Event> take_ready() override {
    if (!json_given_) return std::nullopt;
    return Event{};
  }

  // The bytes may come in pieces and are whole at the end; a function without results gives none.
  std::optional<Event> translate(Event event) override {
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
