#include "json/members.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rockpool::json {

void append_member(Value::object_t& object, std::string name, Value value) {
  static_cast<Value::object_t::Container&>(object).emplace_back(std::move(name), std::move(value));
}

const std::string* duplicate_name(const Value::object_t& object) {
  if (object.size() < 2) return nullptr;
  std::vector<const std::string*> names;
  names.reserve(object.size());
  for (const auto& member : object) names.push_back(&member.first);
  auto text = [](const std::string* name) -> const std::string& { return *name; };
  std::ranges::sort(names, {}, text);
  auto twin = std::ranges::adjacent_find(names, {}, text);
  return twin == names.end() ? nullptr : *twin;
}

}  // namespace rockpool::json
