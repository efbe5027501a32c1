#include "platform/outbound/outbound_call.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rockpool::platform {
namespace {

using engine::OutgoingRequest;

constexpr std::uint64_t kRoom = 1000;

// Keeps what it is answered.
class RecordedRequest final : public OutgoingRequest {
 public:
  explicit RecordedRequest(Way way) : way_(way) {}

  Way way() const override { return way_; }
  std::string_view method() const override { return "POST"; }
  std::string_view scheme() const override { return "http"; }
  std::string_view authority() const override { return "callee"; }
  std::string_view path_with_query() const override { return "/"; }
  const std::vector<std::pair<std::string, std::string>>& headers() const override {
    return headers_;
  }
  engine::BodySource* body() override { return nullptr; }
  std::uint64_t max_answer_bytes() const override { return kRoom; }
  void on_abandoned(std::function<void()>) override {}
  void begin(const engine::AnswerHead& head, Voice voice) override {
    status = head.status;
    is_platform_s = voice == Voice::Platform;
  }
  Task<void> write(std::string_view chunk) override {
    body_given += chunk;
    co_return Result<void>{};
  }
  void write_last(std::string_view chunk) override { body_given += chunk; }
  void finish() override { is_finished = true; }
  void fail(ErrorCode why) override { failure = why; }

  int status = 0;
  bool is_platform_s = false;
  bool is_finished = false;
  std::string body_given;
  std::optional<ErrorCode> failure;

 private:
  const Way way_;
  const std::vector<std::pair<std::string, std::string>> headers_;
};

FailureAnswer some_failure() {
  return {.head = http::ResponseHead(502), .body = "why"};
}

TEST(CalleeAnswer, HandsOverAnAnswerInOnePiece) {
  RecordedRequest request(OutgoingRequest::Way::Call);
  CalleeAnswer answer(request);

  answer.answer(http::ResponseHead(201), "made");

  EXPECT_EQ(request.status, 201);
  EXPECT_EQ(request.body_given, "made");
  EXPECT_TRUE(request.is_finished);
  EXPECT_FALSE(request.is_platform_s);
  EXPECT_FALSE(answer.refusal());
}

TEST(CalleeAnswer, OfRockpoolCallIsRefusedWhereItIsTooLarge) {
  RecordedRequest request(OutgoingRequest::Way::Call);
  CalleeAnswer answer(request);
  std::string large(kRoom + 1, 'x');

  answer.answer(http::ResponseHead(200), large);

  EXPECT_EQ(request.status, 0);
  ASSERT_TRUE(answer.refusal());
  EXPECT_EQ(answer.refusal()->code(), ErrorCode::BadGuestResponse);

  answer.replace(some_failure());

  EXPECT_EQ(request.status, 502);
  EXPECT_EQ(request.body_given, "why");
  EXPECT_TRUE(request.is_platform_s);
  EXPECT_TRUE(request.is_finished);
}

TEST(CalleeAnswer, OfHttpMayBeOfAnySize) {
  RecordedRequest request(OutgoingRequest::Way::Http);
  CalleeAnswer answer(request);
  std::string large(kRoom + 1, 'x');

  answer.answer(http::ResponseHead(200), large);

  EXPECT_EQ(request.body_given.size(), large.size());
  EXPECT_FALSE(answer.refusal());
}

TEST(CalleeAnswer, ThatHasBegunIsNotReplaced) {
  RecordedRequest request(OutgoingRequest::Way::Http);
  CalleeAnswer answer(request);
  answer.answer(http::ResponseHead(200), "given");

  answer.replace(some_failure());

  EXPECT_EQ(request.status, 200);
  EXPECT_EQ(request.body_given, "given");
}

}  // namespace
}  // namespace rockpool::platform
