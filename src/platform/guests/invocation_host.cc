#include "platform/guests/invocation_host.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "platform/serving/served_version.h"

namespace rockpool::platform {

void InvocationHost::send(std::shared_ptr<engine::OutgoingRequest> request) {
  Caller caller{.version = destination_.local->shared,
                .request_id = std::string(request_.request_id),
                .traceparent = std::string(request_.traceparent),
                .remote_address = std::string(request_.remote_address),
                .depth = request_.depth,
                .deadline = deadline_};
  calls_.start(home_, std::move(caller), std::move(request));
}

logs::CallLog& InvocationHost::opened() {
  if (!log_) {
    log_.emplace(*destination_.local->shared->served->log,
                 logs::LogRing::Origin{.version = destination_.version().number,
                                       .request_id = std::string(request_.request_id),
                                       .trace_id = std::string(request_.trace_id())});
  }
  return *log_;
}

}  // namespace rockpool::platform
