#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "async/task.h"
#include "http/syntax/message.h"

namespace rockpool::platform {

// Where an invocation's answer goes. Called on the invocation's reactor: answer() once, or start(),
// then write() any number of times, then finish() or abort().
//
// Heads hold no framing fields and no X-Request-Id: those are the listener's to add. A Task that
// fails means that the client is gone; the call is ended then.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  // The whole answer at once; nothing of it is kept by reference.
  virtual void answer(http::ResponseHead head, std::string_view body) = 0;

  virtual Task<void> start(http::ResponseHead head, std::optional<std::uint64_t> length) = 0;
  // Returns when there is room for more.
  virtual Task<void> write(std::string_view chunk) = 0;
  virtual Task<void> finish() = 0;
  // Ends the answer so that nobody takes it for complete.
  virtual void abort() = 0;
};

}  // namespace rockpool::platform
