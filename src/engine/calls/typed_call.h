#pragma once

#include <memory>
#include <vector>

#include "engine/guest_call.h"
#include "engine/module/wit_type.h"

namespace rockpool::engine {

// Turns the results' bytes that `raw` gives as Body into their JSON.
std::unique_ptr<GuestCall> make_typed_call(std::unique_ptr<GuestCall> raw,
                                           std::vector<WitType> results);

}  // namespace rockpool::engine
