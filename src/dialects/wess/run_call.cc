#include "dialects/wess/run_call.h"

#include <utility>

#include "dialects/wess/arguments.h"
#include "dialects/wess/failures.h"
#include "dialects/wess/wess.h"
#include "http/syntax/url.h"

namespace rockpool::dialects::wess {

Result<std::unique_ptr<RunCall>> RunCall::prepare(const Parts& parts, const Order& order) {
  auto function = parts.world.platform.find_origin({std::string(kDialect), order.id});
  if (!function) return std::unexpected(unknown_id());
  auto metadata = metadata_of(**function);
  if (!metadata) return std::unexpected(run_failure(metadata.error(), "", parts.world.log));
  std::unique_ptr<RunCall> run(new RunCall(parts, order, *std::move(metadata)));
  ASSIGN_OR_RETURN(auto arguments, typed_arguments(run->metadata_.arguments, order.body));
  CapturedCall::Order call{.exchange = order.exchange,
                           .function = *std::move(function),
                           .path = "/" + http::percent_encode(run->metadata_.function_name),
                           .arguments = std::move(arguments),
                           .request_id = order.request_id};
  auto prepared = CapturedCall::prepare(parts.world, std::move(call));
  if (!prepared) return std::unexpected(unknown_id());
  run->call_ = *std::move(prepared);
  return run;
}

RunCall::RunCall(const Parts& parts, const Order& order, Metadata metadata)
    : parts_(parts),
      shard_(order.exchange.reactor().index()),
      job_(parts.metrics, shard_, WessMetrics::Worker::Runner),
      metadata_(std::move(metadata)) {}

std::optional<Result<Answer>> RunCall::begin() {
  auto outcome = call_->begin();
  if (!outcome) return std::nullopt;
  return conclude(*outcome);
}

boost::asio::awaitable<std::optional<Result<Answer>>> RunCall::finish() {
  auto outcome = co_await call_->finish();
  if (!outcome) co_return std::nullopt;
  co_return conclude(*outcome);
}

Result<Answer> RunCall::conclude(const platform::InvocationOutcome& outcome) {
  parts_.metrics.count_run(shard_, metadata_.function_name, outcome.duration);
  if (outcome.failure) {
    return std::unexpected(
        run_failure(*outcome.failure, metadata_.function_name, parts_.world.log));
  }
  if (call_->answer().is_truncated()) {
    Error too_long(ErrorCode::BadGuestResponse, "the results are too long");
    return std::unexpected(run_failure(too_long, metadata_.function_name, parts_.world.log));
  }
  // A type with arrays holds, so there are as many results as it says.
  if (has_arrays(metadata_)) return Answer{201, call_->answer().body()};
  auto results = first_results(call_->answer().body(), metadata_.results.size());
  if (!results) return std::unexpected(run_failure(results.error(), "", parts_.world.log));
  return Answer{201, *std::move(results)};
}

}  // namespace rockpool::dialects::wess
