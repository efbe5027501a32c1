#include "engine/run/deadlines.h"

namespace rockpool::engine {

Deadlines::Entries::iterator Deadlines::add(Time when, Action action) {
  auto entry = entries_.emplace(when, std::move(action));
  if (when < armed_for_) arm();
  return entry;
}

void Deadlines::arm() {
  armed_for_ = entries_.begin()->first;
  timer_.expires_at(armed_for_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) fire();
  });
}

void Deadlines::fire() {
  armed_for_ = Time::max();
  auto now = std::chrono::steady_clock::now();
  while (!entries_.empty() && entries_.begin()->first <= now) {
    auto due = entries_.extract(entries_.begin());
    due.mapped()();
  }
  if (!entries_.empty() && entries_.begin()->first < armed_for_) arm();
}

}  // namespace rockpool::engine
