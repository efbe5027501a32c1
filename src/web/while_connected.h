#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "http/exchange.h"

namespace rockpool::web {

// Runs `work` and cancels it when the client goes away; nothing if that ended it. Once for each
// exchange.
template <class T>
async::asio::awaitable<std::optional<T>> while_connected(http::Exchange& exchange,
                                                         async::asio::awaitable<T> work) {
  namespace asio = async::asio;
  struct Watch {
    asio::cancellation_signal signal;
    bool is_gone = false;
  };
  // Shared with the exchange, which may call back after the work has ended.
  auto watch = std::make_shared<Watch>();
  exchange.on_disconnect([watch] {
    watch->is_gone = true;
    watch->signal.emit(asio::cancellation_type::terminal);
  });
  if (watch->is_gone) co_return std::nullopt;

  auto executor = co_await asio::this_coro::executor;
  auto token = asio::bind_cancellation_slot(watch->signal.slot(), asio::use_awaitable);
  try {
    co_return co_await asio::co_spawn(executor, std::move(work), token);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    co_return std::nullopt;
  }
}

}  // namespace rockpool::web
