#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>

namespace rockpool::engine {

namespace asio = boost::asio;

// Points in time at which something has to happen on one reactor; one timer for all. Used on that
// reactor's thread.
class Deadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Action = std::function<void()>;
  using Entries = std::multimap<Time, Action>;

  explicit Deadlines(asio::io_context& context) : timer_(context) {}

  Entries::iterator add(Time when, Action action);
  // Before its action ran; an entry whose action runs is removed already.
  void remove(Entries::iterator entry) { entries_.erase(entry); }

 private:
  void arm();
  void fire();

  Entries entries_;
  Time armed_for_ = Time::max();
  asio::steady_timer timer_;
};

}  // namespace rockpool::engine
