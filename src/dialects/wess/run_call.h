#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "dialects/captured_call.h"
#include "dialects/dialect.h"
#include "dialects/wess/answer.h"
#include "dialects/wess/module_document.h"
#include "dialects/wess/wess_metrics.h"

namespace rockpool::dialects::wess {

// One run of a stored module's export, as a typed call of its function. Belongs to its exchange's
// reactor.
class RunCall {
 public:
  // What it works with; outlives it.
  struct Parts {
    const DialectWorld& world;
    WessMetrics& metrics;
  };
  // Who runs what, with which arguments. The exchange outlives the call.
  struct Order {
    http::Exchange& exchange;
    std::string id;
    std::string_view body;  // read by prepare() only
    std::string request_id;
  };

  // Fails, with the text that the caller gets, if the module is not there or the arguments do not
  // fit.
  static Result<std::unique_ptr<RunCall>> prepare(const Parts& parts, const Order& order);

  // Runs as far as it gets without waiting; the outcome if that is to its end. Once.
  std::optional<Result<Answer>> begin();
  // Runs the rest, after a begin() that gave none. None: the client went away.
  boost::asio::awaitable<std::optional<Result<Answer>>> finish();

 private:
  RunCall(const Parts& parts, const Order& order, Metadata metadata);
  Result<Answer> conclude(const platform::InvocationOutcome& outcome);

  const Parts parts_;
  const std::size_t shard_;
  const WessMetrics::Job job_;
  const Metadata metadata_;
  std::unique_ptr<CapturedCall> call_;
};

}  // namespace rockpool::dialects::wess
