#include "async/reactor.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <cstdint>

namespace rockpool::async {
namespace {

constexpr std::uint64_t kSliceNs = 100'000;

// What sched_setattr(2) takes; the kernel's own header does not go together with glibc's.
struct SchedAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime_ns;  // of SCHED_OTHER: the slice
  std::uint64_t deadline_ns;
  std::uint64_t period_ns;
};

// Asks for short turns of this thread, which so gets them sooner when it wakes up beside threads
// that compute (sched(7), Linux 6.12 and later; older ones take the policy and ignore the slice).
void ask_for_short_slices() {
  SchedAttributes attributes{};
  attributes.size = sizeof(attributes);
  attributes.policy = SCHED_OTHER;
  attributes.nice = getpriority(PRIO_PROCESS, 0);
  attributes.runtime_ns = kSliceNs;
  (void)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

Reactors::Reactors(std::size_t count, std::function<void()> on_thread_start)
    : on_thread_start_(std::move(on_thread_start)) {
  for (std::size_t i = 0; i < count; ++i) reactors_.push_back(std::make_unique<Reactor>(i));
}

Reactors::~Reactors() {
  stop();
}

void Reactors::start() {
  for (auto& reactor : reactors_) {
    threads_.emplace_back([this, &context = reactor->context()] {
      ask_for_short_slices();
      if (on_thread_start_) on_thread_start_();
      auto work = asio::make_work_guard(context);
      context.run();
    });
  }
}

void Reactors::stop() {
  for (auto& reactor : reactors_) reactor->context().stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace rockpool::async
