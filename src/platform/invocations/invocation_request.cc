#include "platform/invocations/invocation_request.h"

namespace rockpool::platform {

std::string_view InvocationRequest::query() const {
  auto mark = path_with_query.find('?');
  return mark == std::string_view::npos ? std::string_view() : path_with_query.substr(mark + 1);
}

std::string_view InvocationRequest::trace_id() const {
  // W3C Trace Context section 3.2: two digits of version, '-', 32 of trace id.
  return traceparent.size() < 35 ? std::string_view() : traceparent.substr(3, 32);
}

}  // namespace rockpool::platform
