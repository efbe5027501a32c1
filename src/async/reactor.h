#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace rockpool::async {

namespace asio = boost::asio;

// One thread with its own io_context. What belongs to a reactor is touched by its thread alone.
class Reactor {
 public:
  explicit Reactor(std::size_t index) : index_(index) {}
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  std::size_t index() const { return index_; }
  asio::io_context& context() { return context_; }

 private:
  std::size_t index_;
  // One thread runs it, which lets Asio skip its locks' contention paths.
  asio::io_context context_{1};
};

// The reactors of the process, one for each core unless told otherwise.
class Reactors {
 public:
  // `on_thread_start` runs first on each reactor's thread.
  Reactors(std::size_t count, std::function<void()> on_thread_start);
  // Stops the contexts, drops what waits in them and joins the threads.
  ~Reactors();
  Reactors(const Reactors&) = delete;
  Reactors& operator=(const Reactors&) = delete;

  std::size_t size() const { return reactors_.size(); }
  Reactor& operator[](std::size_t index) { return *reactors_[index]; }

  // Starts the threads; work posted before runs then.
  void start();
  void stop();

 private:
  std::function<void()> on_thread_start_;
  std::vector<std::unique_ptr<Reactor>> reactors_;
  std::vector<std::thread> threads_;
};

}  // namespace rockpool::async
