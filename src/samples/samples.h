#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rockpool::samples {

// The module of a sample that is built into the binary, e.g. "hello" (which the command line calls
// @hello); the bytes live as long as the process. Nothing if there is no such sample.
std::optional<std::string_view> sample(std::string_view name);

// In the order in which a newcomer should meet them.
std::span<const std::string_view> sample_names();

}  // namespace rockpool::samples
