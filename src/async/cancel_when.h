#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "async/task.h"

namespace rockpool::async {

// Runs `work` and cancels it once told that nobody wants it any more. Returns nothing if it was
// told before the work ended.
// `subscribe` is called with the std::function<void()> that tells, which may be called at once and
// may outlive the work.
template <class T, class Subscribe>
asio::awaitable<std::optional<T>> cancel_when(Subscribe subscribe, asio::awaitable<T> work) {
  struct Watch {
    asio::cancellation_signal signal;
    bool is_told = false;
  };
  auto watch = std::make_shared<Watch>();
  subscribe([watch] {
    watch->is_told = true;
    watch->signal.emit(asio::cancellation_type::terminal);
  });
  if (watch->is_told) co_return std::nullopt;

  auto executor = co_await asio::this_coro::executor;
  auto token = asio::bind_cancellation_slot(watch->signal.slot(), asio::use_awaitable);
  try {
    auto outcome = co_await asio::co_spawn(executor, std::move(work), token);
    // Work that saw that it was cancelled and returned: what it returned is not wanted.
    if (watch->is_told) co_return std::nullopt;
    co_return outcome;
  } catch (const boost::system::system_error& error) {
    if (!watch->is_told || error.code() != asio::error::operation_aborted) throw;
    co_return std::nullopt;
  }
}

}  // namespace rockpool::async
