#pragma once

#include <vector>

#include "engine/module/abi.h"
#include "engine/module/inspection.h"

namespace rockpool::engine {

// Every abi that a module with those imports and exports can be run as, the one that it most likely
// is first.
std::vector<Abi> detect_abis(const Inspection& inspection);

}  // namespace rockpool::engine
