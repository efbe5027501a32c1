#include "platform/functions/function_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "base/units.h"
#include "json/object_reader.h"
#include "platform/functions/setting_rows.h"

namespace rockpool::platform {
namespace {

// "limits.wall", or "wall" of no group.
struct SettingPath {
  std::string_view setting;
  std::string_view member;  // empty if there is no '.'
};

SettingPath split_path(std::string_view name) {
  auto dot = name.find('.');
  if (dot == std::string_view::npos) return {name, {}};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

// Every name that an assignment may begin with, for messages.
std::vector<std::string> assignable_names() {
  std::vector<std::string> names;
  for (const SettingRow& row : setting_rows()) {
    if (row.form == SettingForm::Group) {
      for (auto member : row.members()) names.push_back(fmt::format("{}.{}", row.name, member));
    } else if (row.form == SettingForm::Map) {
      names.push_back(fmt::format("{}.NAME", row.name));
    } else {
      names.emplace_back(row.name);
    }
  }
  return names;
}

std::unexpected<Error> unknown(std::string_view name) {
  auto names = assignable_names();
  std::vector<std::string_view> known(names.begin(), names.end());
  auto close = nearest(name, known);
  return fail(ErrorCode::UnknownField,
              close.empty()
                  ? fmt::format("there is no setting '{}'", name)
                  : fmt::format("there is no setting '{}'; did you mean '{}'?", name, close));
}

// Whether the row has what the path names.
bool fits(const SettingRow& row, const SettingPath& path) {
  if (row.form == SettingForm::Map) return !path.member.empty();
  if (row.form != SettingForm::Group) return path.member.empty();
  auto members = row.members();
  return std::ranges::find(members, path.member) != members.end();
}

// An empty value stands for the default.
json::Value patch_value(SettingForm form, std::string_view value) {
  if (value.empty()) return nullptr;
  if (form == SettingForm::List) return split_list(value);
  return value;
}

Result<void> add_assignment(std::string_view assignment, json::Value& patch) {
  auto equals = assignment.find('=');
  bool has_value = equals != std::string_view::npos;
  auto name = assignment.substr(0, equals);
  auto value = has_value ? assignment.substr(equals + 1) : std::string_view();
  auto path = split_path(name);
  const SettingRow* row = find_setting(path.setting);
  if (row == nullptr || !fits(*row, path)) return unknown(name);
  std::string setting(path.setting);
  std::string member(path.member);
  if (row->form == SettingForm::Map) {
    bool is_removed = !has_value || (value.empty() && row->empty_entry == EmptyEntry::IsRemoved);
    patch[setting][member] = is_removed ? json::Value(nullptr) : json::Value(value);
    return {};
  }
  if (!has_value) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' has no value: write {}=VALUE", name, name));
  }
  if (row->form == SettingForm::Group) {
    patch[setting][member] = patch_value(row->member_form, value);
  } else {
    patch[setting] = patch_value(row->form, value);
  }
  return {};
}

}  // namespace

json::Value to_json(const FunctionSettings& settings) {
  json::Value value = json::Value::object();
  for (const SettingRow& row : setting_rows()) value[std::string(row.name)] = row.write(settings);
  return value;
}

Result<FunctionSettings> settings_from_json(const json::Value& value) {
  FunctionSettings settings;
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(value));
  for (const SettingRow& row : setting_rows()) RETURN_IF_ERROR(row.read(reader, settings));
  RETURN_IF_ERROR(reader.finish());
  return settings;
}

Result<json::Value> settings_patch(std::span<const std::string> assignments) {
  json::Value patch = json::Value::object();
  for (const std::string& assignment : assignments)
    RETURN_IF_ERROR(add_assignment(assignment, patch));
  return patch;
}

}  // namespace rockpool::platform
