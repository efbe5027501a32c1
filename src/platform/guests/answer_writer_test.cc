#include "platform/guests/answer_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "async/run.h"

namespace rockpool::platform {
namespace {

// Keeps what it is given.
class KeptAnswer final : public AnswerSink {
 public:
  void answer(http::ResponseHead given, std::string_view whole) override {
    head = std::move(given);
    body = whole;
    is_whole = true;
  }
  Task<void> start(http::ResponseHead given, std::optional<std::uint64_t> announced) override {
    head = std::move(given);
    length = announced;
    co_return Result<void>{};
  }
  Task<void> write(std::string_view chunk) override {
    body += chunk;
    co_return Result<void>{};
  }
  Task<void> finish() override {
    is_finished = true;
    co_return Result<void>{};
  }
  void abort() override { is_aborted = true; }

  http::ResponseHead head;
  std::optional<std::uint64_t> length;
  std::string body;
  bool is_whole = false;
  bool is_finished = false;
  bool is_aborted = false;
};

engine::AnswerHead head_with(std::vector<std::pair<std::string, std::string>> headers,
                             int status = 200) {
  engine::AnswerHead head;
  head.status = status;
  head.headers = std::move(headers);
  return head;
}

class AnswerWriterTest : public testing::Test {
 protected:
  std::string refusal(engine::AnswerHead head) {
    auto taken = writer_.take_head(std::move(head));
    return taken ? "" : std::string(name_of(taken.error().code()));
  }

  KeptAnswer kept_;
  AnswerWriter writer_{kept_, "GET", std::nullopt};
};

TEST_F(AnswerWriterTest, AnAnswerThatIsAllThereLeavesInOnePiece) {
  ASSERT_TRUE(writer_.take_head(head_with({{"X-Color", "red"}}, 201)));
  ASSERT_TRUE(writer_.take_body("one"));
  ASSERT_TRUE(writer_.take_body("two"));
  ASSERT_TRUE(writer_.check_end());
  ASSERT_TRUE(writer_.can_answer_whole());

  writer_.answer_whole();

  EXPECT_TRUE(kept_.is_whole);
  EXPECT_EQ(kept_.head.status(), 201);
  EXPECT_EQ(kept_.body, "onetwo");
}

TEST_F(AnswerWriterTest, AnAnswerThatWasBegunGoesOnInPieces) {
  ASSERT_TRUE(writer_.take_head(head_with({{"Content-Length", "6"}})));
  ASSERT_TRUE(writer_.take_body("one"));
  ASSERT_TRUE(async::run(writer_.flush()));
  ASSERT_TRUE(writer_.take_body("two"));

  EXPECT_FALSE(writer_.can_answer_whole());
  ASSERT_TRUE(async::run(writer_.finish()));

  EXPECT_EQ(kept_.length, 6U);
  EXPECT_EQ(kept_.body, "onetwo");
  EXPECT_TRUE(kept_.is_finished);
}

TEST_F(AnswerWriterTest, FramingIsTheServersAndNotTheGuests) {
  ASSERT_TRUE(writer_.take_head(head_with({{"Transfer-Encoding", "chunked"},
                                           {"Connection", "close"},
                                           {"X-Request-Id", "mine"},
                                           {"X-Kept", "yes"}})));

  writer_.answer_whole();

  std::vector<std::string> names;
  for (auto field : kept_.head) names.emplace_back(field.name);
  EXPECT_EQ(names, std::vector<std::string>{"X-Kept"});
}

TEST_F(AnswerWriterTest, RefusesHeadsThatAreNotValid) {
  EXPECT_EQ(refusal(head_with({}, 99)), "bad-guest-response");
  EXPECT_EQ(refusal(head_with({}, 600)), "bad-guest-response");
  EXPECT_EQ(refusal(head_with({{"Content-Length", "many"}})), "bad-guest-response");
  EXPECT_EQ(refusal(head_with({{"Content-Length", "1"}, {"content-length", "2"}})),
            "bad-guest-response");
  EXPECT_EQ(refusal(head_with({{"X-A", "line\r\nX-B: smuggled"}})), "bad-guest-response");
}

TEST_F(AnswerWriterTest, ABodyIsAsLongAsItsContentLength) {
  ASSERT_TRUE(writer_.take_head(head_with({{"Content-Length", "3"}})));

  EXPECT_TRUE(writer_.take_body("ab"));
  EXPECT_FALSE(writer_.check_end()) << "shorter";
  EXPECT_FALSE(writer_.take_body("cd")) << "longer";
}

TEST_F(AnswerWriterTest, AnEndWithoutAHeadIsAFailure) {
  EXPECT_FALSE(writer_.check_end());
}

TEST_F(AnswerWriterTest, OnlyWhatWasBegunIsCutOff) {
  ASSERT_TRUE(writer_.take_head(head_with({})));
  writer_.abort();
  EXPECT_FALSE(kept_.is_aborted);

  ASSERT_TRUE(async::run(writer_.flush()));
  writer_.abort();
  EXPECT_TRUE(kept_.is_aborted);
}

TEST(AnswerWriter, AnswersToHeadRequestsKeepTheLengthAndHaveNoBody) {
  KeptAnswer kept;
  AnswerWriter writer(kept, "HEAD", std::nullopt);
  ASSERT_TRUE(writer.take_head(head_with({{"Content-Length", "100"}})));

  EXPECT_TRUE(writer.check_end());
  ASSERT_TRUE(async::run(writer.finish()));

  EXPECT_EQ(kept.length, 100U);
  EXPECT_EQ(kept.body, "");
}

TEST(AnswerWriter, ABodyAboveTheLimitIsRefused) {
  KeptAnswer kept;
  AnswerWriter writer(kept, "GET", 4);
  ASSERT_TRUE(writer.take_head(head_with({})));

  EXPECT_TRUE(writer.take_body("1234"));
  EXPECT_FALSE(writer.take_body("5"));
}

}  // namespace
}  // namespace rockpool::platform
