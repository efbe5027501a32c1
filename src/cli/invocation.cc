#include "cli/invocation.h"

#include <fmt/format.h>

#include "cli/text/answer_fields.h"
#include "cli/words/shielded_words.h"

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

// Those of a typed function: an array.
Result<json::Value> typed_arguments(const json::Value* entry,
                                    const std::vector<std::string>& words) {
  static const json::Value kUnknown;
  const auto& parameters = list_at(entry == nullptr ? kUnknown : *entry, "parameters");
  json::Value args = json::Value::array();
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string type = i < parameters.size() ? text_at(parameters[i], "type") : std::string();
    ASSIGN_OR_RETURN(json::Value value, argument(words[i], i + 1, type));
    args.push_back(std::move(value));
  }
  return args;
}

// KEY=VALUE words as an object of strings.
Result<json::Value> named_arguments(const std::vector<std::string>& words) {
  json::Value args = json::Value::object();
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto equals = words[i].find('=');
    if (equals == std::string::npos) {
      return fail(ErrorCode::BadArguments,
                  fmt::format("argument {}: expected KEY=VALUE, found '{}'", i + 1, words[i]));
    }
    std::string key = words[i].substr(0, equals);
    if (args.contains(key)) {
      return fail(ErrorCode::BadArguments,
                  fmt::format("argument {}: '{}' is given twice", i + 1, key));
    }
    args[key] = words[i].substr(equals + 1);
  }
  return args;
}

// Those of a command: an object if the first has a key, else an array of the words.
Result<json::Value> command_arguments(const std::vector<std::string>& words) {
  if (words.empty() || words.front().contains('=')) return named_arguments(words);
  return json::Value(words);
}

}  // namespace

Result<InvocationWords> invocation_words(const json::Value& function,
                                         std::vector<std::string> words) {
  for (std::string& word : words) word = unshielded(std::move(word));
  InvocationWords told;
  std::string abi = text_at(function, "abi");
  if (abi == "argv") {
    ASSIGN_OR_RETURN(told.args, command_arguments(words));
    return told;
  }
  if (abi != "typed" && abi != "json") {
    if (words.empty()) return told;
    return fail(ErrorCode::BadArguments,
                fmt::format("'{}': a function of abi {} takes no arguments; use --method, --path, "
                            "--header and --body",
                            words.front(), abi));
  }
  const json::Value* entry = only_export(function);
  if (!words.empty()) {
    if (const json::Value* named = export_named(function, words.front()); named != nullptr) {
      entry = named;
      told.exported = words.front();
      words.erase(words.begin());
    }
  }
  ASSIGN_OR_RETURN(told.args,
                   abi == "json" ? named_arguments(words) : typed_arguments(entry, words));
  return told;
}

}  // namespace rockpool::cli
