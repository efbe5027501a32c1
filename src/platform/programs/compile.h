#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::platform {

// Returns the machine code of a module; blocks. Fails as engine::compile_in_child() does.
using Compile = std::function<Result<std::string>(std::string_view wasm)>;

}  // namespace rockpool::platform
