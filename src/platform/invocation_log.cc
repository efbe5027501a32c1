#include "platform/invocation_log.h"

#include <string>

namespace rockpool::platform {

host::CallLog& InvocationLog::opened() {
  if (!log_) {
    log_.emplace(ring_, host::LogRing::Origin{.version = version_,
                                              .request_id = std::string(request_.request_id),
                                              .trace_id = std::string(request_.trace_id())});
  }
  return *log_;
}

}  // namespace rockpool::platform
