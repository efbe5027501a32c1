#pragma once

#include <span>
#include <string>
#include <vector>

namespace rockpool::cli {

// CLI11 takes "-5" for an option and "[1, 2]" for two words. These hide such words (a minus before
// a digit, '.' or "Infinity"; brackets around all) from it, and give them back.
std::vector<std::string> shield_words(std::span<const std::string> arguments);
std::string unshielded(std::string word);

}  // namespace rockpool::cli
