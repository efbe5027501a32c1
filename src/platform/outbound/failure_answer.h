#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/syntax/message.h"

namespace rockpool::platform {

// A failure rendered as an HTTP answer.
struct FailureAnswer {
  http::ResponseHead head;
  std::string body;
};

// Renders a failure as the listeners do for callers from outside. Callable on any reactor.
using RenderFailure = std::function<FailureAnswer(const Error& failure, std::string_view request_id,
                                                  std::string_view allow)>;

}  // namespace rockpool::platform
