#include "registry/access/challenge.h"

#include <algorithm>
#include <optional>

#include "http/syntax/message.h"

namespace rockpool::registry {
namespace {

// Reads a field's value from its beginning.
class FieldCursor {
 public:
  explicit FieldCursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view token() {
    auto end = std::min(rest_.find_first_of(" \t,=\""), rest_.size());
    auto token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return token;
  }
  // A token or a quoted text without its marks; none if a mark is missing.
  std::optional<std::string> token_or_quoted() {
    if (!take('"')) return std::string(token());
    std::string text;
    while (!at_end() && !rest_.starts_with('"')) {
      (void)take('\\');  // what follows stands for itself
      if (at_end()) return std::nullopt;
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!take('"')) return std::nullopt;
    return text;
  }

 private:
  std::string_view rest_;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

}  // namespace

std::string_view Challenge::value(std::string_view name) const {
  auto found = std::ranges::find(values, name, &std::pair<std::string, std::string>::first);
  return found == values.end() ? std::string_view() : std::string_view(found->second);
}

// A comma may come before the next value or the next scheme: what follows a '=' tells.
std::vector<Challenge> parse_challenges(std::string_view text) {
  std::vector<Challenge> challenges;
  FieldCursor cursor(text);
  for (;;) {
    cursor.skip(" \t,");
    if (cursor.at_end()) return challenges;
    auto word = cursor.token();
    if (word.empty()) return challenges;
    cursor.skip(" \t");
    if (!cursor.take('=')) {
      challenges.push_back({.scheme = lower(word), .values = {}});
      continue;
    }
    cursor.skip(" \t");
    auto value = cursor.token_or_quoted();
    if (!value || challenges.empty()) return challenges;
    challenges.back().values.emplace_back(lower(word), *std::move(value));
  }
}

std::vector<Challenge> challenges_of(const http::ClientResponse& response) {
  std::vector<Challenge> challenges;
  for (const auto& [name, value] : response.fields) {
    if (!http::equal_ignoring_case(name, "WWW-Authenticate")) continue;
    for (Challenge& challenge : parse_challenges(value)) challenges.push_back(std::move(challenge));
  }
  return challenges;
}

}  // namespace rockpool::registry
