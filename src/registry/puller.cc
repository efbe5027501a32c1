#include "registry/puller.h"

#include <utility>

namespace rockpool::registry {
namespace {

class Running {
 public:
  explicit Running(std::size_t& count) : count_(count) { ++count_; }
  ~Running() { --count_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::size_t& count_;
};

}  // namespace

Task<PulledModule> Puller::pull(ImageReference image, std::string verify_key, OnPull on_progress) {
  auto work = pull_here(std::move(image), std::move(verify_key), std::move(on_progress));
  co_return co_await thread_.run(std::move(work));
}

Task<PulledModule> Puller::pull_here(ImageReference image, std::string verify_key,
                                     OnPull on_progress) {
  if (running_ >= options_.at_once) {
    co_return fail(ErrorCode::Overloaded, "other images are being pulled; try again in a moment");
  }
  Running running(running_);
  CO_ASSIGN_OR_RETURN(auto access, options_.find_access(image.host));
  PullOrder order{.image = std::move(image),
                  .access = std::move(access),
                  .verify_key = std::move(verify_key),
                  .limits = options_.limits,
                  .deadline = std::chrono::steady_clock::now() + options_.timeout,
                  .on_progress = std::move(on_progress)};
  co_return co_await registry::pull(std::move(order));
}

}  // namespace rockpool::registry
