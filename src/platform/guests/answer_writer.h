#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.h"
#include "engine/guest_call.h"
#include "platform/invocations/answer_sink.h"

namespace rockpool::platform {

// Checks what a guest answers and hands it to a sink: in one piece if all of it is there before
// anything was sent, else as it comes.
class AnswerWriter {
 public:
  // `sink` outlives it. `limit` is of the body.
  AnswerWriter(AnswerSink& sink, std::string_view method, std::optional<std::uint64_t> limit)
      : sink_(sink), is_head_request_(method == "HEAD"), limit_(limit) {}

  // Fail with bad-guest-response: no valid HTTP, more or less than Content-Length says, more than
  // the limit.
  Result<void> take_head(engine::AnswerHead head);
  Result<void> take_body(std::string piece);
  // The guest has ended well.
  Result<void> check_end() const;

  bool has_head() const { return head_.has_value() || is_started_; }
  // Bytes taken and not handed on yet.
  std::size_t pending() const { return pending_.size(); }
  bool is_started() const { return is_started_; }

  // Whether answer_whole() may be called: nothing was sent yet, and the body is as long as its
  // framing will say.
  bool can_answer_whole() const;
  void answer_whole();
  // Sends what there is, starting the answer if need be. They fail if the client is gone.
  Task<void> flush();
  Task<void> finish();
  // Cuts off what was started.
  void abort();

 private:
  bool has_body() const;

  AnswerSink& sink_;
  const bool is_head_request_;
  const std::optional<std::uint64_t> limit_;
  std::optional<http::ResponseHead> head_;
  std::optional<std::uint64_t> declared_length_;
  int status_ = 0;
  std::uint64_t length_ = 0;
  std::string pending_;
  bool is_started_ = false;
};

}  // namespace rockpool::platform
