#include "engine/values/text_arguments.h"

#include <fmt/format.h>

#include <utility>

#include "engine/module/misfit.h"
#include "json/value.h"

namespace rockpool::engine {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::BadArguments, std::move(message));
}

// What `name` stands for is a string; `name` is made only if it is told.
template <class Name>
Result<void> check_string(const json::Value& value, const Name& name) {
  if (value.is_string()) return {};
  return bad(fmt::format("argument {}: expected string, found {}", name(), describe(value)));
}

Result<void> check_members(const json::Value& object) {
  for (const auto& member : object.items()) {
    auto name = [&] { return fmt::format("'{}'", excerpt(member.key(), kExcerptBytes)); };
    RETURN_IF_ERROR(check_string(member.value(), name));
  }
  return {};
}

Result<void> check_elements(const json::Value& array) {
  for (std::size_t i = 0; i < array.size(); ++i) {
    RETURN_IF_ERROR(check_string(array[i], [&] { return i + 1; }));
  }
  return {};
}

Result<json::Value> parse_arguments(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  bool empty = text.find_first_not_of(kBlank) == std::string_view::npos;
  if (empty) return json::Value::object();
  auto arguments = json::parse(text);
  if (!arguments)
    return bad(fmt::format("the arguments are no JSON object: {}", arguments.error().message()));
  return arguments;
}

Result<std::string> on_one_line(const json::Value& object) {
  std::string line = json::dump(object);
  if (line.size() <= kMaxTextArgumentBytes) return line;
  return bad(fmt::format("the arguments have {} bytes as JSON, {} are allowed", line.size(),
                         kMaxTextArgumentBytes));
}

bool has_no_keys(const json::Value& arguments) {
  if (arguments.is_array()) return true;
  return arguments.size() == 1 && arguments.begin().key().empty();
}

// The values of an array or object of strings.
Result<std::vector<std::string>> values_of(const json::Value& arguments) {
  std::vector<std::string> values;
  for (const json::Value& value : arguments) {
    auto text = value.get<std::string>();
    if (text.find('\0') != std::string::npos) {
      return bad(fmt::format("argument {}: expected text without NUL, found {}", values.size() + 1,
                             describe(value)));
    }
    values.push_back(std::move(text));
  }
  return values;
}

}  // namespace

Result<std::string> encode_text_arguments(std::string_view json) {
  ASSIGN_OR_RETURN(auto arguments, parse_arguments(json));
  if (!arguments.is_object())
    return bad(fmt::format("expected a JSON object of strings, found {}", describe(arguments)));
  RETURN_IF_ERROR(check_members(arguments));
  return on_one_line(arguments);
}

Result<std::vector<std::string>> encode_command_arguments(std::string_view json) {
  ASSIGN_OR_RETURN(auto arguments, parse_arguments(json));
  if (!arguments.is_object() && !arguments.is_array()) {
    return bad(
        fmt::format("expected a JSON object or array of strings, found {}", describe(arguments)));
  }
  RETURN_IF_ERROR(arguments.is_array() ? check_elements(arguments) : check_members(arguments));
  ASSIGN_OR_RETURN(auto line, on_one_line(arguments));
  if (has_no_keys(arguments)) return values_of(arguments);
  return std::vector<std::string>{std::move(line)};
}

}  // namespace rockpool::engine
