#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "async/reactor.h"
#include "base/clock.h"
#include "platform/guests/answer_writer.h"

namespace rockpool::platform {

// While it lives, an answer whose client does not take it is given up at a point in time: a guest
// that waits for its client is held for no longer than its wall limit. Belongs to one reactor.
class AnswerDeadline final {
 public:
  // `writer` outlives it.
  AnswerDeadline(async::Reactor& home, SteadyTime at, AnswerWriter& writer);
  ~AnswerDeadline() { watched_->writer = nullptr; }
  AnswerDeadline(const AnswerDeadline&) = delete;
  AnswerDeadline& operator=(const AnswerDeadline&) = delete;

  // Whether it has passed and the answer was aborted.
  bool has_passed() const { return watched_->has_passed; }

 private:
  // Shared with the timer's handler, which may run after the timer is gone.
  struct Watched {
    AnswerWriter* writer;
    bool has_passed = false;
  };

  std::shared_ptr<Watched> watched_;
  boost::asio::steady_timer timer_;
};

}  // namespace rockpool::platform
