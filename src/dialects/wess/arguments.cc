#include "dialects/wess/arguments.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "json/value.h"

namespace rockpool::dialects::wess {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

std::optional<std::int64_t> integer_of(const json::Value& value) {
  if (!value.is_number_integer()) return std::nullopt;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMax) return std::nullopt;
  return value.get<std::int64_t>();
}

// How the native API writes the number; none if it is not of that type.
std::optional<std::string> text_of(ValueType type, const json::Value& value) {
  bool is_integer = type == ValueType::I32 || type == ValueType::I64;
  if (is_integer) {
    auto number = integer_of(value);
    if (!number) return std::nullopt;
    if (type == ValueType::I64) return fmt::format("{}", *number);
    return fmt::format("{}", static_cast<std::int32_t>(*number));
  }
  if (!value.is_number()) return std::nullopt;
  if (type == ValueType::F64) return json::dump(value);
  auto number = value.get<double>();
  bool is_beyond = std::isinf(static_cast<float>(number));
  if (is_beyond) return number > 0 ? R"("Infinity")" : R"("-Infinity")";
  return json::dump(value);
}

bool append_number(ValueType type, const json::Value& value, std::string& to) {
  auto text = text_of(type, value);
  if (text) to += *text;
  return text.has_value();
}

// False if the value is not of that type.
bool append(ValueType type, const json::Value& value, std::string& to) {
  if (!is_array(type)) return append_number(type, value, to);
  if (!value.is_array()) return false;
  to += '[';
  for (const json::Value& element : value) {
    if (to.back() != '[') to += ',';
    if (!append_number(element_of(type), element, to)) return false;
  }
  to += ']';
  return true;
}

}  // namespace

Result<std::string> typed_arguments(std::span<const ValueType> types, std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) return bad("Invalid Json: " + parsed.error().message());
  if (!parsed->is_array()) return bad("Invalid Json: must be an array of arguments");
  std::erase_if(parsed->get_ref<json::Value::array_t&>(),
                [](const json::Value& value) { return value.is_null(); });
  if (parsed->size() != types.size()) {
    return bad(
        fmt::format("Length Args Error: expect: {}, found: {}", types.size(), parsed->size()));
  }
  std::string text = "[";
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) text += ',';
    if (!append(types[i], (*parsed)[i], text))
      return bad(fmt::format("Invalid Type: {}", name_of(types[i])));
  }
  return text + "]";
}

Result<std::string> first_results(std::string results, std::size_t count) {
  ASSIGN_OR_RETURN(auto values, json::parse(results));
  if (!values.is_array() || values.size() <= count) return results;
  values.get_ref<json::Value::array_t&>().resize(count);
  return json::dump(values);
}

}  // namespace rockpool::dialects::wess
