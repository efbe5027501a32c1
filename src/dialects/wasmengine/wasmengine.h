#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "dialects/dialect.h"

namespace rockpool::dialects::wasmengine {

inline constexpr std::string_view kDialect = "wasmengine";

// WasmEngine's API: deploys functions from images and calls them with arguments that are texts.
Result<std::unique_ptr<Dialect>> make_wasmengine(const DialectWorld& world);

}  // namespace rockpool::dialects::wasmengine
