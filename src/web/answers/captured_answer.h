#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/guest_call.h"
#include "platform/invocations/answer_sink.h"

namespace rockpool::web {

// A request body that is there already.
class HeldBody final : public engine::BodySource {
 public:
  // The bytes outlive it.
  explicit HeldBody(std::string_view bytes) : bytes_(bytes), rest_(bytes) {}

  std::optional<std::string_view> whole() override { return bytes_; }
  async::asio::awaitable<Result<std::string>> read(std::size_t room) override;

 private:
  std::string_view bytes_;
  std::string_view rest_;
};

// Keeps an answer instead of sending it, up to kMaxBodyBytes of its body.
class CapturedAnswer final : public platform::AnswerSink {
 public:
  static constexpr std::size_t kMaxBodyBytes = std::size_t{16} << 20;

  void answer(http::ResponseHead head, std::string_view body) override;
  Task<void> start(http::ResponseHead head, std::optional<std::uint64_t> length) override;
  Task<void> write(std::string_view chunk) override;
  Task<void> finish() override;
  void abort() override {}

  const http::ResponseHead& head() const { return head_; }
  const std::string& body() const { return body_; }
  bool is_truncated() const { return is_truncated_; }

 private:
  void keep(std::string_view bytes);

  http::ResponseHead head_;
  std::string body_;
  bool is_truncated_ = false;
};

}  // namespace rockpool::web
