#include "engine/cgi_call.h"

#include <utility>

#include "engine/cgi.h"

namespace rockpool::engine {
namespace {

class CgiCall final : public GuestCall {
 public:
  explicit CgiCall(std::unique_ptr<GuestCall> raw) : raw_(std::move(raw)) {}

  std::optional<Event> poll_event() override {
    while (true) {
      if (auto event = take_rest()) return event;
      auto event = raw_->poll_event();
      if (!event) return std::nullopt;
      if (auto translated = translate(*std::move(event))) return translated;
    }
  }

  asio::awaitable<Event> next_event() override {
    while (true) {
      if (auto rest = take_rest()) co_return *std::move(rest);
      auto event = co_await raw_->next_event();
      auto translated = translate(std::move(event));
      if (translated) co_return *std::move(translated);
    }
  }

  void cancel(Error why) override { raw_->cancel(std::move(why)); }
  asio::awaitable<void> close() override { return raw_->close(); }
  Usage usage() const override { return raw_->usage(); }

 private:
  // The body bytes that came together with the head's end.
  std::optional<Event> take_rest() {
    if (rest_.empty()) return std::nullopt;
    Event event;
    event.kind = Event::Kind::Body;
    event.body = std::exchange(rest_, {});
    return event;
  }

  // Nothing: the head needs more.
  std::optional<Event> translate(Event event) {
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
    raw_->cancel(error);
    failure_ = std::move(error);
    return end_with_failure();
  }

  Event end_with_failure() const {
    Event event;
    event.failure = failure_;
    return event;
  }

  std::unique_ptr<GuestCall> raw_;
  CgiHeadParser parser_;
  std::string rest_;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<GuestCall> make_cgi_call(std::unique_ptr<GuestCall> raw) {
  return std::make_unique<CgiCall>(std::move(raw));
}

}  // namespace rockpool::engine
