#include "cli/text/answer_fields.h"

namespace rockpool::cli {

const json::Value& at(const json::Value& object, std::string_view name) {
  static const json::Value kAbsent;
  if (!object.is_object()) return kAbsent;
  auto found = object.find(name);
  return found == object.end() ? kAbsent : *found;
}

std::string text_at(const json::Value& object, std::string_view name) {
  const json::Value& value = at(object, name);
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : json::dump(value);
}

std::uint64_t number_at(const json::Value& object, std::string_view name) {
  const json::Value& value = at(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

const std::vector<json::Value>& list_at(const json::Value& object, std::string_view name) {
  static const std::vector<json::Value> kNone;
  const json::Value& value = at(object, name);
  return value.is_array() ? value.get_ref<const json::Value::array_t&>() : kNone;
}

}  // namespace rockpool::cli
