#include "platform/invocations/invoker.h"

#include <utility>

namespace rockpool::platform {

asio::awaitable<InvocationOutcome> Invoker::invoke(async::Reactor& home, Destination destination,
                                                   const InvocationRequest& request,
                                                   engine::BodySource* body, AnswerSink& sink) {
  auto invocation = prepare(home, std::move(destination), request, body, sink);
  if (auto outcome = invocation->begin()) co_return *std::move(outcome);
  co_return co_await invocation->finish();
}

}  // namespace rockpool::platform
