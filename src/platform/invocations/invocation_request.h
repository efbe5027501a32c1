#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/guest_call.h"
#include "engine/limits.h"
#include "platform/functions/trigger.h"
#include "platform/serving/router.h"

namespace rockpool::platform {

// A call of a function, in HTTP's terms. Views live as long as the invocation.
struct InvocationRequest {
  std::string_view method;
  std::string_view authority;        // host as the client named it, with port if sent
  std::string_view path_with_query;  // as sent
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::optional<std::uint64_t> content_length;  // none: no body, or a chunked one
  bool has_body = false;
  bool is_tls = false;
  std::string_view protocol = "HTTP/1.1";
  std::string_view remote_address;
  std::string_view server_name;  // for CGI
  std::string_view server_port;
  // Valid ones, the caller's or made; the guest sees these whatever the headers say.
  std::string_view request_id;
  std::string_view traceparent;
  Trigger trigger = Trigger::Http;
  // What this call may use; where the function's own limits are lower, those count.
  std::optional<engine::Limits> limits;
  // How many functions called one another to get here, and when the first of them ends at the
  // latest: the call ends then, too, whatever its own limit.
  int depth = 0;
  std::optional<SteadyTime> deadline = {};

  std::string_view path() const { return path_with_query.substr(0, path_with_query.find('?')); }
  // Without the '?'.
  std::string_view query() const;
  // Of `traceparent`; empty if that is none.
  std::string_view trace_id() const;
};

enum class AnswerState : std::uint8_t {
  Unanswered,  // nothing was sent: render `failure`
  Answered,
  Aborted,  // `failure` came after the head; the answer was cut off
};

// How an invocation ended.
struct InvocationOutcome {
  AnswerState answer = AnswerState::Unanswered;
  // Its detail has been written to the function's log.
  std::optional<Error> failure;
  std::string_view allow;  // with method-not-allowed: the value of Allow
  engine::Usage usage;
  std::chrono::nanoseconds duration{0};  // all of it, queueing included
};

}  // namespace rockpool::platform
