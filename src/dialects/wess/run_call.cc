#include "dialects/wess/run_call.h"

#include <utility>

#include "base/check.h"
#include "dialects/wess/arguments.h"
#include "dialects/wess/failures.h"
#include "dialects/wess/wess.h"
#include "http/url.h"
#include "web/while_connected.h"

namespace rockpool::dialects::wess {

Result<std::unique_ptr<RunCall>> RunCall::prepare(const Parts& parts, const Order& order) {
  auto function = parts.world.platform.find_foreign({std::string(kDialect), order.id});
  if (!function) return std::unexpected(unknown_id());
  auto metadata = metadata_of(**function);
  if (!metadata) return std::unexpected(run_failure(metadata.error(), "", parts.world.log));
  std::unique_ptr<RunCall> call(
      new RunCall(parts, order, *std::move(function), *std::move(metadata)));
  RETURN_IF_ERROR(call->set_up(order));
  return call;
}

RunCall::RunCall(const Parts& parts, const Order& order,
                 std::shared_ptr<const platform::Function> function, Metadata metadata)
    : parts_(parts),
      exchange_(order.exchange),
      job_(parts.metrics, order.exchange.reactor().index(), WessMetrics::Worker::Runner),
      function_(std::move(function)),
      metadata_(std::move(metadata)),
      request_id_(order.request_id) {}

Result<void> RunCall::set_up(const Order& order) {
  ASSIGN_OR_RETURN(arguments_, typed_arguments(metadata_.arguments, order.body));
  auto& platform = parts_.world.platform;
  auto destination = platform.destination_of(exchange_.reactor(), function_->name);
  if (!destination) return std::unexpected(unknown_id());
  describe(order);
  body_.emplace(arguments_);
  invocation_ = platform.invoker().prepare(exchange_.reactor(), *std::move(destination), request_,
                                           &*body_, answer_);
  return {};
}

void RunCall::describe(const Order& order) {
  const auto& request = order.exchange.request();
  auto origination = parts_.world.proxies.origination_of(request);
  auto parent = request.find("traceparent");
  traceparent_ = parent && web::is_traceparent(*parent)
                     ? std::string(*parent)
                     : parts_.world.ids.next_traceparent(exchange_.reactor().index());
  path_ = "/" + http::percent_encode(metadata_.function_name);
  request_.method = "POST";
  request_.authority = origination.host;
  request_.path_with_query = path_;
  request_.content_length = arguments_.size();
  request_.has_body = true;
  request_.is_tls = origination.is_https;
  request_.remote_address = origination.address;
  request_.request_id = request_id_;
  request_.traceparent = traceparent_;
}

std::optional<Result<Answer>> RunCall::begin() {
  auto outcome = invocation_->begin();
  if (!outcome) return std::nullopt;
  return conclude(*outcome);
}

boost::asio::awaitable<std::optional<Result<Answer>>> RunCall::finish() {
  auto rest = invocation_->finish();
  auto outcome = co_await web::while_connected(exchange_, std::move(rest));
  if (!outcome) co_return std::nullopt;
  co_return conclude(*outcome);
}

Result<Answer> RunCall::conclude(const platform::InvocationOutcome& outcome) {
  parts_.metrics.count_run(exchange_.reactor().index(), metadata_.function_name, outcome.duration);
  if (outcome.failure) {
    return std::unexpected(
        run_failure(*outcome.failure, metadata_.function_name, parts_.world.log));
  }
  CHECK(!answer_.is_truncated(), "results are as long as a signature");
  auto results = first_results(answer_.body(), metadata_.results.size());
  if (!results) return std::unexpected(run_failure(results.error(), "", parts_.world.log));
  return Answer{201, *std::move(results)};
}

}  // namespace rockpool::dialects::wess
