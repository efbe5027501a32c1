#pragma once

#include <string>

#include "cli/words/command_tree.h"

namespace rockpool::cli {

// Completion scripts made of the tree, so that they are never stale. Names of functions are asked
// of the server as one types.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

}  // namespace rockpool::cli
