#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dialects/captured_call.h"
#include "dialects/dialect.h"
#include "dialects/wasmengine/reply.h"

namespace rockpool::dialects::wasmengine {

// One call of a function, with texts as arguments and a text as answer.
class InvokeCall {
 public:
  // Fails with the reply that the caller gets. `world` and the exchange outlive the call; the body
  // is read here only.
  static std::expected<InvokeCall, Reply> prepare(const DialectWorld& world,
                                                  http::Exchange& exchange, std::string_view body,
                                                  std::string request_id);

  // Runs as far as it gets without waiting; the reply if that is to its end. Once.
  std::optional<Reply> begin();
  // Runs the rest, after a begin() that gave none. None: the client went away.
  boost::asio::awaitable<std::optional<Reply>> finish();

 private:
  InvokeCall(const DialectWorld& world, std::unique_ptr<CapturedCall> call)
      : world_(&world), call_(std::move(call)) {}
  Reply conclude(const platform::InvocationOutcome& outcome) const;

  const DialectWorld* world_;
  std::unique_ptr<CapturedCall> call_;
};

}  // namespace rockpool::dialects::wasmengine
