#include "dialects/captured_call.h"

#include <utility>

#include "web/while_connected.h"

namespace rockpool::dialects {

Result<std::unique_ptr<CapturedCall>> CapturedCall::prepare(const DialectWorld& world,
                                                            Order order) {
  auto& reactor = order.exchange.reactor();
  ASSIGN_OR_RETURN(auto destination, world.platform.destination_of(reactor, order.function->name));
  std::unique_ptr<CapturedCall> call(new CapturedCall(std::move(order)));
  call->describe(world);
  call->invocation_ = world.platform.invoker().prepare(reactor, std::move(destination),
                                                       call->request_, &call->body_, call->answer_);
  return call;
}

CapturedCall::CapturedCall(Order order) : order_(std::move(order)), body_(order_.arguments) {}

void CapturedCall::describe(const DialectWorld& world) {
  const auto& request = order_.exchange.request();
  auto origination = world.proxies.origination_of(request);
  auto parent = request.find("traceparent");
  traceparent_ = parent && web::is_traceparent(*parent)
                     ? std::string(*parent)
                     : world.ids.next_traceparent(order_.exchange.reactor().index());
  request_.method = "POST";
  request_.authority = origination.host;
  request_.path_with_query = order_.path;
  request_.content_length = order_.arguments.size();
  request_.has_body = true;
  request_.is_tls = origination.is_https;
  request_.remote_address = origination.address;
  request_.request_id = order_.request_id;
  request_.traceparent = traceparent_;
  request_.limits = order_.limits;
}

std::optional<platform::InvocationOutcome> CapturedCall::begin() {
  return invocation_->begin();
}

boost::asio::awaitable<std::optional<platform::InvocationOutcome>> CapturedCall::finish() {
  auto rest = invocation_->finish();
  co_return co_await web::while_connected(order_.exchange, std::move(rest));
}

}  // namespace rockpool::dialects
