#include "engine/calls/text_call.h"

#include <utility>

#include "base/utf8.h"
#include "engine/calls/translated_call.h"

namespace rockpool::engine {
namespace {

// The longest beginning of a character of UTF-8 that is not whole.
constexpr std::size_t kMaxUnfinishedBytes = 3;

Error no_utf8() {
  return {ErrorCode::BadGuestResponse, "the guest's answer is no UTF-8"};
}

class TextCall final : public TranslatedCall {
 public:
  TextCall(std::unique_ptr<GuestCall> raw, LastNewline last_newline, std::size_t held_bytes)
      : TranslatedCall(std::move(raw)), last_newline_(last_newline), held_bytes_(held_bytes) {}

 private:
  std::optional<Event> take_ready() override {
    if (!has_ended_) return std::nullopt;
    return end_event();
  }

  std::optional<Event> translate(Event event) override {
    if (event.kind == Event::Kind::End) return translate_end(std::move(event));
    text_ += event.body;
    if (text_.size() <= held_bytes_) return std::nullopt;
    return give_what_is_whole();
  }

  std::optional<Event> translate_end(Event event) {
    if (event.failure) return event;
    has_ended_ = true;
    if (last_newline_ == LastNewline::Dropped && text_.ends_with('\n')) text_.pop_back();
    if (!is_utf8(text_)) {
      failure_ = no_utf8();
      return end_event();
    }
    return body_event(std::exchange(text_, {}));
  }

  // All but the beginning of a character, and a newline that may turn out to be the last.
  std::optional<Event> give_what_is_whole() {
    held_bytes_ = 0;
    std::size_t whole = utf8_prefix(text_);
    if (text_.size() - whole > kMaxUnfinishedBytes) return fail_with(no_utf8());
    if (last_newline_ == LastNewline::Dropped && whole > 0 && text_[whole - 1] == '\n') --whole;
    if (whole == 0) return std::nullopt;
    std::string rest = text_.substr(whole);
    text_.resize(whole);
    return body_event(std::exchange(text_, std::move(rest)));
  }

  std::optional<Event> fail_with(Error error) {
    cancel(error);
    failure_ = std::move(error);
    has_ended_ = true;
    return end_event();
  }

  static Event body_event(std::string text) {
    Event event;
    event.kind = Event::Kind::Body;
    event.body = std::move(text);
    return event;
  }

  Event end_event() const {
    Event event;
    event.failure = failure_;
    return event;
  }

  const LastNewline last_newline_;
  std::size_t held_bytes_;
  std::string text_;
  bool has_ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<GuestCall> make_text_call(std::unique_ptr<GuestCall> raw, LastNewline last_newline,
                                          std::size_t held_bytes) {
  return std::make_unique<TextCall>(std::move(raw), last_newline, held_bytes);
}

}  // namespace rockpool::engine
