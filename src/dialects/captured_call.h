#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "dialects/dialect.h"
#include "engine/limits.h"
#include "platform/functions/function.h"
#include "platform/invocations/invocation_request.h"
#include "platform/invocations/invoker.h"
#include "web/answers/captured_answer.h"

namespace rockpool::dialects {

// A call of a function in a dialect's name: a POST with JSON arguments, whose answer is kept for
// the dialect to render. Belongs to its exchange's reactor.
class CapturedCall {
 public:
  // Who calls what, with which arguments.
  struct Order {
    http::Exchange& exchange;  // outlives the call
    std::shared_ptr<const platform::Function> function;
    std::string path;  // "/" or "/EXPORT"
    std::string arguments;
    std::string request_id;
    std::optional<engine::Limits> limits = {};  // of this call; see InvocationRequest
  };

  // Fails with function-not-found if the function was deleted meanwhile. `world` outlives the call.
  static Result<std::unique_ptr<CapturedCall>> prepare(const DialectWorld& world, Order order);

  // Runs as far as it gets without waiting; the outcome if that is to its end. Once.
  std::optional<platform::InvocationOutcome> begin();
  // Runs the rest, after a begin() that gave none. None: the client went away.
  boost::asio::awaitable<std::optional<platform::InvocationOutcome>> finish();

  // After its end.
  const web::CapturedAnswer& answer() const { return answer_; }

 private:
  explicit CapturedCall(Order order);
  void describe(const DialectWorld& world);

  const Order order_;
  std::string traceparent_;
  platform::InvocationRequest request_;
  web::HeldBody body_;
  web::CapturedAnswer answer_;
  std::unique_ptr<platform::Invocation> invocation_;  // last: it uses what stands above
};

}  // namespace rockpool::dialects
