#pragma once

#include <string>

#include "engine/module/inspection.h"

namespace rockpool::engine {

// What to do about an import that guests are not offered: one sentence or two.
std::string import_advice(BinaryKind kind, const Import& import);

}  // namespace rockpool::engine
