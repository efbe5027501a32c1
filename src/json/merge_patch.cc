#include <string_view>
#include <unordered_map>
#include <utility>

#include "json/members.h"
#include "json/value.h"

namespace rockpool::json {
namespace {

using Index = std::unordered_map<std::string_view, const Value*>;

Index index_of(const Value::object_t& object) {
  Index index;
  index.reserve(object.size());
  for (const auto& [name, value] : object) index.emplace(name, &value);
  return index;
}

}  // namespace

// RFC 7396 section 2, with both objects indexed so that long ones take no quadratic time.
Value merge_patch(const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  static const Value kNothing = Value::object();
  const auto& old_members =
      (target.is_object() ? target : kNothing).get_ref<const Value::object_t&>();
  const auto& changes = patch.get_ref<const Value::object_t&>();
  const Index old_index = index_of(old_members);
  const Index change_index = index_of(changes);

  Value::object_t merged;
  for (const auto& [name, value] : old_members) {
    auto change = change_index.find(name);
    if (change == change_index.end()) {
      append_member(merged, name, value);
    } else if (!change->second->is_null()) {
      append_member(merged, name, merge_patch(value, *change->second));
    }
  }
  for (const auto& [name, value] : changes) {
    if (!value.is_null() && !old_index.contains(name))
      append_member(merged, name, merge_patch(nullptr, value));
  }
  return merged;
}

}  // namespace rockpool::json
