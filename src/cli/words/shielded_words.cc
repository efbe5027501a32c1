#include "cli/words/shielded_words.h"

namespace rockpool::cli {
namespace {

// A control character that no argument begins with.
constexpr char kShield = '\x1f';

bool is_negative_number(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  return (word[1] >= '0' && word[1] <= '9') || word[1] == '.' || word == "-Infinity";
}

bool is_in_brackets(const std::string& word) {
  return word.size() >= 2 && word.front() == '[' && word.back() == ']';
}

}  // namespace

std::vector<std::string> shield_words(std::span<const std::string> arguments) {
  std::vector<std::string> words;
  for (const std::string& word : arguments) {
    bool is_hidden = is_negative_number(word) || is_in_brackets(word);
    words.push_back(is_hidden ? kShield + word : word);
  }
  return words;
}

std::string unshielded(std::string word) {
  if (word.starts_with(kShield)) word.erase(0, 1);
  return word;
}

}  // namespace rockpool::cli
