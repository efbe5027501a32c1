#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "async/event.h"
#include "base/result.h"
#include "engine/engine.h"

namespace rockpool::platform {

namespace asio = boost::asio;

// A version's program, loaded at most once however many call at the same time. Callable from any
// thread; held by shared_ptr.
class ProgramSlot : public std::enable_shared_from_this<ProgramSlot> {
 public:
  using ProgramResult = Result<std::shared_ptr<const engine::Program>>;
  using Load = std::function<asio::awaitable<ProgramResult>()>;

  // Null until it is loaded.
  std::shared_ptr<const engine::Program> get() const;
  void set(std::shared_ptr<const engine::Program> program);

  // The program, by `load` if need be. Those who call meanwhile wait and share what comes of it; if
  // the loading call is given up, one of them takes its place.
  asio::awaitable<ProgramResult> get_or_load(const Load& load);

 private:
  struct Waiter {
    asio::any_io_executor executor;
    async::Event event;
    std::optional<Error> failure;
  };
  class Turn;

  // Whether it is the caller's turn to load; else `waiter` is told when that ends.
  bool take_turn(const std::shared_ptr<Waiter>& waiter);
  void end_turn(const std::optional<Error>& failure);

  mutable std::mutex mutex_;
  std::shared_ptr<const engine::Program> program_;
  bool is_loading_ = false;
  std::list<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace rockpool::platform
