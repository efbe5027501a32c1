#include "http/server/handler_runner.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "base/check.h"

namespace rockpool::http {

HandlerRunner::HandlerRunner(asio::any_io_executor executor, Handler& handler, Exchange& exchange,
                             Owner& owner)
    : executor_(std::move(executor)), handler_(handler), exchange_(exchange), owner_(owner) {}

void HandlerRunner::run() {
  if (!started_) {
    started_ = true;
    // drive() ends only when it is cancelled while parked, which leaves nothing to tell.
    auto on_end = [](const std::exception_ptr&) {};
    asio::co_spawn(executor_, drive(), asio::bind_cancellation_slot(cancellation_.slot(), on_end));
    return;
  }
  CHECK(parked_, "one request at a time");
  Parked resume = std::move(*parked_);
  parked_.reset();
  resume();
}

void HandlerRunner::cancel() {
  cancellation_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> HandlerRunner::drive() {
  for (;;) {
    std::optional<Error> failure;
    try {
      co_await handler_.handle(exchange_);
    } catch (const std::exception& error) {
      failure.emplace(ErrorCode::Internal, "the request's handler failed", error.what());
    }
    owner_.on_handled(std::move(failure));
    co_await park();
  }
}

asio::awaitable<void> HandlerRunner::park() {
  auto keep = [this](Parked resume) { parked_.emplace(std::move(resume)); };
  auto token = asio::use_awaitable;
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(keep, token);
}

}  // namespace rockpool::http
