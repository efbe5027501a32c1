#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "http/server/exchange.h"

namespace rockpool::web {

// Calls that a handler's try_handle() began and could not end, until its handle() goes on with
// them. Each reactor keeps its own.
template <class Call>
class BegunCalls {
 public:
  explicit BegunCalls(std::size_t reactors) : by_reactor_(reactors) {}

  void keep(http::Exchange& exchange, Call call) {
    of(exchange).emplace_back(&exchange, std::move(call));
  }

  // None if nothing was kept for the exchange.
  std::optional<Call> take(http::Exchange& exchange) {
    auto& begun = of(exchange);
    auto found = std::ranges::find(begun, &exchange, &Entry::first);
    if (found == begun.end()) return std::nullopt;
    std::optional<Call> call(std::move(found->second));
    if (found != begun.end() - 1) *found = std::move(begun.back());
    begun.pop_back();
    return call;
  }

 private:
  using Entry = std::pair<http::Exchange*, Call>;

  std::vector<Entry>& of(http::Exchange& exchange) {
    return by_reactor_[exchange.reactor().index()];
  }

  std::vector<std::vector<Entry>> by_reactor_;
};

}  // namespace rockpool::web
