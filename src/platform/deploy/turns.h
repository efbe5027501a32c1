#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "async/event.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// Lets those who work on the same names take turns, in the order they came. Used on one reactor.
class Turns {
 public:
  // A turn on all of its names; ends with it.
  class Held {
   public:
    explicit Held(Turns& turns) : turns_(&turns) {}
    Held(Held&& other) noexcept : turns_(other.turns_), names_(std::exchange(other.names_, {})) {}
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    friend class Turns;
    Turns* turns_;
    std::vector<std::string> names_;
  };

  explicit Turns(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  // Waits until nobody else has a turn on any of them.
  asio::awaitable<Held> take(std::vector<std::string> names);

 private:
  asio::awaitable<void> take_one(const std::string& name);
  void end(const std::string& name);

  asio::any_io_executor executor_;
  // Names in work, and who waits for each.
  std::map<std::string, std::deque<async::Event*>> waiting_;
};

}  // namespace rockpool::platform
