#include "cli/negative_words.h"

namespace rockpool::cli {
namespace {

// A control character that no argument begins with.
constexpr char kShield = '\x1f';

bool is_negative_number(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  return (word[1] >= '0' && word[1] <= '9') || word[1] == '.' || word == "-Infinity";
}

}  // namespace

std::vector<std::string> shield_negative_words(std::span<const std::string> arguments) {
  std::vector<std::string> words;
  for (const std::string& word : arguments)
    words.push_back(is_negative_number(word) ? kShield + word : word);
  return words;
}

std::string unshielded(std::string word) {
  if (word.starts_with(kShield)) word.erase(0, 1);
  return word;
}

}  // namespace rockpool::cli
