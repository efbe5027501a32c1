#include "web/exchange_body.h"

#include <gtest/gtest.h>

#include "async/run.h"
#include "web/testing/fake_exchange.h"

namespace rockpool::web {
namespace {

TEST(ReadWholeBody, JoinsWhatComesInPieces) {
  FakeExchange exchange("POST", "/");
  exchange.with_body({"one ", "two ", "three"}).chunked();

  auto body = async::run(read_whole_body(exchange, 13, ErrorCode::ModuleTooLarge));

  ASSERT_TRUE(body);
  EXPECT_EQ(*body, "one two three");
}

TEST(ReadWholeBody, RefusesALongBodyByItsLengthWithoutReading) {
  FakeExchange exchange("POST", "/");
  exchange.with_body({"one ", "two"});

  auto body = async::run(read_whole_body(exchange, 6, ErrorCode::ModuleTooLarge));

  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code(), ErrorCode::ModuleTooLarge);
  EXPECT_FALSE(exchange.buffered_body());
}

TEST(ReadWholeBody, RefusesAChunkedBodyOnceItIsTooLong) {
  FakeExchange exchange("POST", "/");
  exchange.with_body({"one ", "two"}).chunked();

  auto body = async::run(read_whole_body(exchange, 6, ErrorCode::BodyTooLarge));

  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code(), ErrorCode::BodyTooLarge);
}

TEST(ReadWholeBody, FailsWhenTheClientGoesAway) {
  FakeExchange exchange("POST", "/");
  exchange.with_body({"one ", "two"}).chunked();
  exchange.disconnect();

  auto body = async::run(read_whole_body(exchange, 100, ErrorCode::BodyTooLarge));

  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code(), ErrorCode::Cancelled);
}

TEST(ExchangeBody, GivesAtMostTheRoomThereIs) {
  FakeExchange exchange("POST", "/");
  exchange.with_body({"abcdef", "g"});
  ExchangeBody body(exchange);

  EXPECT_FALSE(body.whole());
  EXPECT_EQ(*async::run<std::string>(body.read(4)), "abcd");
  EXPECT_EQ(*async::run<std::string>(body.read(4)), "ef");
  EXPECT_EQ(*async::run<std::string>(body.read(4)), "g");
  EXPECT_EQ(*async::run<std::string>(body.read(4)), "");
}

}  // namespace
}  // namespace rockpool::web
