#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/server/exchange.h"

namespace rockpool::dialects::wasmengine {

// What a call is answered with.
struct Reply {
  int status = 200;
  std::string text;
  std::string_view allow = {};  // the value of Allow, with 405
};

// `status code: 200, message: …`.
Reply success(std::string_view message);

// A call that failed, in the form of the system's debug output:
// `Unhandled rejection: CustomReject(…)`. The cause may be empty. 503 where a later try may go
// well, else 500.
Reply rejection(ErrorCode code, std::string_view what, std::string_view cause = {});

// A request that could not be read.
Reply bad_body(std::string_view why);
Reply body_too_large();
Reply wrong_media_type();
Reply wrong_method(std::string_view allow);
// Below /function every path is answered, with 200; elsewhere there is nothing.
Reply unknown_path(std::string_view path);

void respond(http::Exchange& exchange, const Reply& reply, std::string_view request_id);

}  // namespace rockpool::dialects::wasmengine
