#pragma once

#include <string_view>

#include "base/error.h"
#include "json/value.h"

namespace rockpool::cli {

// What a problem answer (RFC 9457) says, for a person: its detail, the function of a batch that
// failed, every missing import with advice, and where to read more.
Error problem_of(int status, const json::Value& problem);
// The same of an answer's whole body.
Error problem_of_body(int status, std::string_view body);

// The error with its code, and where to read more, behind its message.
Error with_reference(const Error& error);

}  // namespace rockpool::cli
