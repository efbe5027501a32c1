#pragma once

#include <string>

#include "cli/words/command_tree.h"

namespace rockpool::cli {

// The manual made of the tree: rockpool(1) in man(7) macros, and the reference page in Markdown.
std::string man_page(const CLI::App& app);
std::string markdown_page(const CLI::App& app);

}  // namespace rockpool::cli
