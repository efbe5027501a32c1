#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/server/exchange.h"
#include "http/syntax/message.h"
#include "json/value.h"

namespace rockpool::web {

inline constexpr std::string_view kWellKnownPrefix = "/.well-known/rockpool/";
inline constexpr std::string_view kRequestIdField = "X-Request-Id";
inline constexpr std::string_view kProblemJson = "application/problem+json";

// A failure as a client gets it (RFC 9457).
struct Problem {
  const Error& error;
  std::string_view request_id;
  // The methods that would be answered; with method-not-allowed only.
  std::string_view allow = {};
  // Members beside the standard ones; an object or null.
  const json::Value* extension = nullptr;
};

// The code as the world sees it: those that never leave the process are `internal`.
ErrorCode public_code(ErrorCode code);

// Status, Content-Type, X-Request-Id, and Retry-After, Allow or WWW-Authenticate where they belong.
http::ResponseHead problem_head(const Problem& problem);

// application/problem+json.
std::string problem_json(const Problem& problem);

// Answers with the problem, as HTML where the request's Accept prefers that.
void respond(http::Exchange& exchange, const Problem& problem);

// The text with quotes around it, as JSON; appended.
void append_json_string(std::string& to, std::string_view text);

}  // namespace rockpool::web
