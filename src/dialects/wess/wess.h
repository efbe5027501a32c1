#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "dialects/dialect.h"

namespace rockpool::dialects::wess {

inline constexpr std::string_view kDialect = "wess";

// Wess's API: stores modules with the name and types of one export, and runs that export. Writes
// its log to log/wess.log in the data directory. Fails with io if that can't be opened.
Result<std::unique_ptr<Dialect>> make_wess(const DialectWorld& world);

}  // namespace rockpool::dialects::wess
