#pragma once

#include <string_view>

#include "http/server/exchange.h"

namespace rockpool::web {

// Answers what both listeners have below /.well-known/rockpool/: `errors/CODE` explains a code, as
// plain text, HTML or JSON after the request's Accept. `health` answers 200. Anything else is
// not-found.
void respond_well_known(http::Exchange& exchange, std::string_view request_id);

}  // namespace rockpool::web
