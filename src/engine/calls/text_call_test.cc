#include "engine/calls/text_call.h"

#include <gtest/gtest.h>

#include <deque>

namespace rockpool::engine {
namespace {

using Event = GuestCall::Event;

// A guest whose events are known beforehand.
class ToldCall final : public GuestCall {
 public:
  ToldCall(std::deque<std::string> pieces, std::optional<Error> failure, bool& cancelled)
      : pieces_(std::move(pieces)), failure_(std::move(failure)), cancelled_(cancelled) {}

  std::optional<Event> poll_event() override {
    Event event;
    if (pieces_.empty()) {
      event.failure = failure_;
      return event;
    }
    event.kind = Event::Kind::Body;
    event.body = pieces_.front();
    pieces_.pop_front();
    return event;
  }
  asio::awaitable<Event> next_event() override { co_return *poll_event(); }
  void let_go() override {}
  void cancel(Error) override { cancelled_ = true; }
  asio::awaitable<void> close() override { co_return; }
  Usage usage() const override { return {}; }

 private:
  std::deque<std::string> pieces_;
  std::optional<Error> failure_;
  bool& cancelled_;
};

struct Told {
  std::vector<std::string> bodies;
  std::string code;  // of the failure
  bool cancelled = false;
};

Told hear(std::deque<std::string> pieces, LastNewline last_newline, std::size_t held_bytes,
          std::optional<Error> failure = std::nullopt) {
  Told told;
  auto raw = std::make_unique<ToldCall>(std::move(pieces), std::move(failure), told.cancelled);
  auto call = make_text_call(std::move(raw), last_newline, held_bytes);
  for (;;) {
    auto event = call->poll_event();
    if (event->kind == Event::Kind::End) {
      if (event->failure) told.code = name_of(event->failure->code());
      return told;
    }
    told.bodies.push_back(std::move(event->body));
  }
}

using Bodies = std::vector<std::string>;

TEST(TextCall, GivesTheTextOnceTheGuestHasEnded) {
  EXPECT_EQ(hear({"a", "b"}, LastNewline::Kept, 100).bodies, Bodies{"ab"});
  EXPECT_EQ(hear({}, LastNewline::Kept, 100).bodies, Bodies{""});
}

TEST(TextCall, DropsOneNewlineAtTheEndIfAsked) {
  EXPECT_EQ(hear({"a\n\n"}, LastNewline::Dropped, 100).bodies, Bodies{"a\n"});
  EXPECT_EQ(hear({"\n"}, LastNewline::Dropped, 100).bodies, Bodies{""});
  EXPECT_EQ(hear({"a\r\n"}, LastNewline::Dropped, 100).bodies, Bodies{"a\r"});
  EXPECT_EQ(hear({"a\n"}, LastNewline::Kept, 100).bodies, Bodies{"a\n"});
}

TEST(TextCall, AFailureTakesTheTextBack) {
  Told told = hear({"half of it"}, LastNewline::Kept, 100, Error(ErrorCode::GuestExit, "exit 1"));

  EXPECT_EQ(told.bodies, Bodies{});
  EXPECT_EQ(told.code, "guest-exit");
}

TEST(TextCall, WhatIsNoUtf8IsNoAnswer) {
  for (const char* bytes : {"\xff", "a\x80", "cut \xe2\x82"}) {
    Told told = hear({bytes}, LastNewline::Kept, 100);

    EXPECT_EQ(told.bodies, Bodies{});
    EXPECT_EQ(told.code, "bad-guest-response");
  }
}

TEST(TextCall, ALongTextIsGivenAsItComes) {
  Told told = hear({"1234", "5\n", "\n", "6\xe2", "\x82", "\xac\n"}, LastNewline::Dropped, 4);

  EXPECT_EQ(told.bodies, (Bodies{"12345", "\n", "\n6", "\xe2\x82\xac", ""}));
  EXPECT_EQ(told.code, "");
}

TEST(TextCall, ALongTextThatIsNoUtf8EndsTheGuest) {
  Told told = hear({"12345", "6\xff\xff\xff\xff", "7"}, LastNewline::Kept, 4);

  EXPECT_EQ(told.bodies, Bodies{"12345"});
  EXPECT_EQ(told.code, "bad-guest-response");
  EXPECT_TRUE(told.cancelled);
}

}  // namespace
}  // namespace rockpool::engine
