#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "async/side_thread.h"
#include "async/task.h"
#include "registry/access/access.h"
#include "registry/images/image_reference.h"
#include "registry/images/pull_limits.h"
#include "registry/pull.h"

namespace rockpool::registry {

// Fetches images for a server: on a thread of its own, a few at a time, within a deadline.
class Puller {
 public:
  struct Options {
    FindAccess find_access;
    PullLimits limits = {};
    std::chrono::microseconds timeout = std::chrono::minutes(5);
    std::size_t at_once = 4;  // bounds what pulls may hold in memory
  };

  explicit Puller(Options options) : options_(std::move(options)) {}

  // Fails as registry::pull() does, or with overloaded. Ends early if the caller is cancelled.
  // `on_progress` is called on the puller's thread. Callable from any reactor.
  Task<PulledModule> pull(ImageReference image, std::string verify_key, OnPull on_progress);

 private:
  Task<PulledModule> pull_here(ImageReference image, std::string verify_key, OnPull on_progress);

  const Options options_;
  std::size_t running_ = 0;  // touched on the thread alone
  async::SideThread thread_;
};

}  // namespace rockpool::registry
