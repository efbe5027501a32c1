#include "platform/guests/answer_deadline.h"

namespace rockpool::platform {

AnswerDeadline::AnswerDeadline(async::Reactor& home, SteadyTime at, AnswerWriter& writer)
    : watched_(std::make_shared<Watched>(&writer)), timer_(home.context(), at) {
  timer_.async_wait([watched = watched_](const boost::system::error_code& cancelled) {
    if (cancelled || watched->writer == nullptr) return;
    watched->has_passed = true;
    watched->writer->abort();
  });
}

}  // namespace rockpool::platform
