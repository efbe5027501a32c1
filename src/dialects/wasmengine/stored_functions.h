#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "dialects/wasmengine/requests.h"

namespace rockpool::dialects::wasmengine {

// A function that WasmEngine itself had deployed.
struct StoredFunction {
  DeployRequest request;
  std::filesystem::path file;  // its module
};

// What persist.json in WasmEngine's folder of functions lists, in the order of the names. A file is
// looked for where the entry says, else below `folder`, as one may be a copy. Fails with not-found
// or invalid-argument, naming the file.
Result<std::vector<StoredFunction>> read_stored_functions(const std::filesystem::path& folder);

}  // namespace rockpool::dialects::wasmengine
