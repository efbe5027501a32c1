#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "http/server/handler.h"

namespace rockpool::http {

// Runs a handler's coroutine for one connection, one request after the other. The coroutine around
// it is started once and parked in between, which is cheaper than one for each request.
class HandlerRunner {
 public:
  class Owner {
   public:
    // handle() ended; with an error if it threw. Must not destroy the runner.
    virtual void on_handled(std::optional<Error> failure) = 0;

   protected:
    ~Owner() = default;
  };

  HandlerRunner(asio::any_io_executor executor, Handler& handler, Exchange& exchange, Owner& owner);
  HandlerRunner(const HandlerRunner&) = delete;
  HandlerRunner& operator=(const HandlerRunner&) = delete;

  // on_handled() may come before this returns.
  void run();
  // Terminal cancellation of what the handler awaits.
  void cancel();

 private:
  using Parked = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

  asio::awaitable<void> drive();
  asio::awaitable<void> park();

  asio::any_io_executor executor_;
  Handler& handler_;
  Exchange& exchange_;
  Owner& owner_;
  asio::cancellation_signal cancellation_;
  bool started_ = false;
  std::optional<Parked> parked_;
};

}  // namespace rockpool::http
