#include "cli/invocation.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"
#include "cli/negative_words.h"

namespace rockpool::cli {
namespace {

const json::Value* export_named(const json::Value& function, const std::string& name) {
  for (const json::Value& entry : list_at(function, "exports")) {
    if (text_at(entry, "name") == name) return &entry;
  }
  return nullptr;
}

// The export that a call without a name means.
const json::Value* only_export(const json::Value& function) {
  const auto& exports = list_at(function, "exports");
  return exports.size() == 1 ? &exports.front() : nullptr;
}

Result<json::Value> argument(const std::string& word, std::size_t position,
                             const std::string& type) {
  if (type == "string" || type == "char") return json::Value(word);
  auto value = json::parse(word);
  if (value) return value;
  // The server takes numbers that JSON has no literals for as strings.
  if (word == "NaN" || word == "Infinity" || word == "-Infinity") return json::Value(word);
  std::string expected = type.empty() ? std::string("JSON") : fmt::format("a {} as JSON", type);
  return fail(ErrorCode::BadArguments,
              fmt::format("argument {}: expected {}, found '{}'", position, expected, word));
}

}  // namespace

Result<InvocationWords> invocation_words(const json::Value& function,
                                         std::vector<std::string> words) {
  for (std::string& word : words) word = unshielded(std::move(word));
  InvocationWords told;
  bool takes_arguments = text_at(function, "abi") == "typed";
  const json::Value* entry = only_export(function);
  if (!words.empty()) {
    if (const json::Value* named = export_named(function, words.front());
        named != nullptr && takes_arguments) {
      entry = named;
      told.exported = words.front();
      words.erase(words.begin());
    }
  }
  if (!takes_arguments) {
    if (words.empty()) return told;
    return fail(ErrorCode::BadArguments,
                fmt::format("'{}': a function of abi {} takes no arguments; use --method, --path, "
                            "--header and --body",
                            words.front(), text_at(function, "abi")));
  }

  static const json::Value kUnknown;
  const auto& parameters = list_at(entry == nullptr ? kUnknown : *entry, "parameters");
  told.args = json::Value::array();
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string type = i < parameters.size() ? text_at(parameters[i], "type") : std::string();
    ASSIGN_OR_RETURN(json::Value value, argument(words[i], i + 1, type));
    told.args->push_back(std::move(value));
  }
  return told;
}

}  // namespace rockpool::cli
