#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "dialects/wess/module_document.h"

namespace rockpool::dialects::wess {

// Hears of one module: its id, and what is stored of it, or why that can't be read.
using OnStoredModule = std::function<Result<void>(std::string id, Result<ModuleDocument> module)>;

// What Wess itself stored, in the order of the ids: in `folder`, its database, or the folder that
// Wess ran in. Fails as store::read_foreign_database() and `see` do.
Result<void> read_stored_modules(const std::filesystem::path& folder, const OnStoredModule& see);

}  // namespace rockpool::dialects::wess
