#pragma once

#include <string_view>

#include "base/error.h"
#include "base/log.h"

namespace rockpool::dialects::wess {

// The platform's failures as Wess words them. Those that are nobody's business but the operator's
// are written to `log` and told as no more than that they happened.

// Of a create or an update.
Error write_failure(const Error& failure, Log& log);
// Of a read.
Error read_failure(const Error& failure, Log& log);
// Of a run of that export.
Error run_failure(const Error& failure, std::string_view function_name, Log& log);

}  // namespace rockpool::dialects::wess
