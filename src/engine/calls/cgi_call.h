#pragma once

#include <memory>

#include "engine/guest_call.h"

namespace rockpool::engine {

// Reads the header block off the front of a command's output: Body events of `raw` become one Head
// and the rest as Body.
std::unique_ptr<GuestCall> make_cgi_call(std::unique_ptr<GuestCall> raw);

}  // namespace rockpool::engine
