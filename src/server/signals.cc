#include "server/signals.h"

#include <csignal>

namespace rockpool::server {
namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  // A client that went away is told by write(), not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::Request Signals::wait() {
  sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal == SIGHUP ? Request::Reload : Request::Stop;
}

void Signals::let_stop_kill() {
  sigset_t set = set_of({SIGTERM, SIGINT});
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace rockpool::server
