#pragma once

#include <string>

#include "json/value.h"

namespace rockpool::cli {

// "add(s32, s32) -> s32", or the type of an export that is no typed function.
std::string export_text(const json::Value& entry);

// A function's object as `show` prints it.
std::string function_text(const json::Value& function);

}  // namespace rockpool::cli
