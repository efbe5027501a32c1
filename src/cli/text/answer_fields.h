#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace rockpool::cli {

// Reads of a server's answers that take whatever comes: a newer server may say more, an older one
// less. What is absent or of another type is empty.

const json::Value& at(const json::Value& object, std::string_view name);
// A string as it is, another scalar as JSON writes it.
std::string text_at(const json::Value& object, std::string_view name);
std::uint64_t number_at(const json::Value& object, std::string_view name);
// The elements of an array.
const std::vector<json::Value>& list_at(const json::Value& object, std::string_view name);

}  // namespace rockpool::cli
