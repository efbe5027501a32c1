#pragma once

#include <optional>
#include <utility>

#include "async/cancel_when.h"
#include "http/server/exchange.h"

namespace rockpool::web {

// Runs `work` and cancels it when the client goes away; nothing if that ended it. Once for each
// exchange.
template <class T>
async::asio::awaitable<std::optional<T>> while_connected(http::Exchange& exchange,
                                                         async::asio::awaitable<T> work) {
  // The exchange may call back after the work has ended.
  auto subscribe = [&exchange](std::function<void()> told) {
    exchange.on_disconnect(std::move(told));
  };
  return async::cancel_when(subscribe, std::move(work));
}

}  // namespace rockpool::web
