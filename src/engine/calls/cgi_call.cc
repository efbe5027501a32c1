#include "engine/calls/cgi_call.h"

#include <utility>

#include "engine/calls/translated_call.h"
#include "engine/cgi/cgi.h"

namespace rockpool::engine {
namespace {

class CgiCall final : public TranslatedCall {
 public:
  explicit CgiCall(std::unique_ptr<GuestCall> raw) : TranslatedCall(std::move(raw)) {}

 private:
  // The body bytes that came together with the head's end.
  std::optional<Event> take_ready() override {
    if (rest_.empty()) return std::nullopt;
    Event event;
    event.kind = Event::Kind::Body;
    event.body = std::exchange(rest_, {});
    return event;
  }

  // Nothing: the head needs more.
  std::optional<Event> translate(Event event) override {
    if (failure_) return end_with_failure();
    if (event.kind == Event::Kind::End) return translate_end(std::move(event));
    if (parser_.done()) return event;
    auto taken = parser_.feed(event.body);
    if (!taken) return fail_with(std::move(taken).error());
    if (!parser_.done()) return std::nullopt;
    rest_ = event.body.substr(*taken);
    return head_event();
  }

  Event head_event() {
    CgiHead head = parser_.take_head();
    Event event;
    event.kind = Event::Kind::Head;
    event.head.status = head.status;
    event.head.headers = std::move(head.headers);
    event.head.local_redirect = std::move(head.local_redirect);
    return event;
  }

  std::optional<Event> translate_end(Event event) {
    if (event.failure || parser_.done()) return event;
    auto ended = parser_.end();
    if (!ended) event.failure = std::move(ended).error();
    return event;
  }

  std::optional<Event> fail_with(Error error) {
    cancel(error);
    failure_ = std::move(error);
    return end_with_failure();
  }

  Event end_with_failure() const {
    Event event;
    event.failure = failure_;
    return event;
  }

  CgiHeadParser parser_;
  std::string rest_;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<GuestCall> make_cgi_call(std::unique_ptr<GuestCall> raw) {
  return std::make_unique<CgiCall>(std::move(raw));
}

}  // namespace rockpool::engine
