#pragma once

#include <span>
#include <string>

#include "cli/words/command_tree.h"

namespace rockpool::cli {

// What is wrong with arguments that CLI11 refused, with the nearest command or option where a word
// looks like a typing error.
std::string describe_misuse(const CommandTree& tree, std::span<const std::string> arguments,
                            const CLI::ParseError& error);

}  // namespace rockpool::cli
