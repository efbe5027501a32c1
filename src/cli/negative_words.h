#pragma once

#include <span>
#include <string>
#include <vector>

namespace rockpool::cli {

// CLI11 takes "-5" for an option. These hide such words (a minus before a digit, '.' or "Infinity")
// from it, and give them back.
std::vector<std::string> shield_negative_words(std::span<const std::string> arguments);
std::string unshielded(std::string word);

}  // namespace rockpool::cli
