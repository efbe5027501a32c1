#pragma once

#include <string>

#include "base/function_name.h"
#include "base/result.h"
#include "manifest/function_manifest.h"

namespace rockpool::cli {

// The bytes of a whole file. Fails with not-found, naming it.
Result<std::string> read_file(const std::string& path);

// The bytes of a file or sample. Fails with not-found; those of a stored module or an image are not
// here.
Result<std::string> read_module(const manifest::ModuleReference& reference);

// The name a function gets if nobody gives one. Fails with name-invalid.
Result<FunctionName> default_name(const manifest::ModuleReference& reference);

}  // namespace rockpool::cli
