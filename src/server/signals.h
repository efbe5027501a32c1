#pragma once

#include <chrono>
#include <cstdint>

namespace rockpool::server {

// Takes the signals an operator sends out of the way of all threads, so that one of them can wait
// for them. To be made before any thread is started.
class Signals {
 public:
  enum class Request : std::uint8_t { Stop, Reload };

  Signals();
  // SIGTERM or SIGINT, or SIGHUP.
  Request wait();
  // From now on a stop signal ends the process at once.
  void let_stop_kill();
};

}  // namespace rockpool::server
