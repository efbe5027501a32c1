#include "async/reactor.h"

#include <boost/asio/executor_work_guard.hpp>

#include "async/short_slices.h"

namespace rockpool::async {

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
