#include "cli/text/function_text.h"

#include <fmt/format.h>

#include <array>

#include "cli/text/answer_fields.h"
#include "cli/text/table.h"
#include "platform/functions/setting_rows.h"

namespace rockpool::cli {
namespace {

constexpr std::array kAbout = {"name",   "url",  "version", "abi",
                               "digest", "size", "created", "updated"};
constexpr std::array kNested = {"origin", "image"};

std::string joined(const std::vector<json::Value>& values) {
  std::string text;
  for (const json::Value& value : values) {
    if (!text.empty()) text += ", ";
    text += value.is_string() ? value.get<std::string>() : json::dump(value);
  }
  return text;
}

std::string parameter_text(const json::Value& parameter) {
  std::string name = text_at(parameter, "name");
  std::string type = text_at(parameter, "type");
  return name.empty() ? type : fmt::format("{}: {}", name, type);
}

// Lists that are empty are left out, as those without a group are.
void add_member(Table& table, std::string label, const json::Value& members,
                const std::string& name) {
  std::string text =
      at(members, name).is_array() ? joined(list_at(members, name)) : text_at(members, name);
  if (text.empty() && at(members, name).is_array()) return;
  table.add({std::move(label), std::move(text)});
}

void add_members(Table& table, std::string_view group, const json::Value& members) {
  if (!members.is_object()) return;
  for (const auto& [name, unused] : members.items())
    add_member(table, fmt::format("{}.{}:", group, name), members, name);
}

void add_setting(Table& table, const platform::SettingRow& row, const json::Value& function) {
  std::string name(row.name);
  switch (row.form) {
    case platform::SettingForm::Text:
      if (auto text = text_at(function, name); !text.empty()) table.add({name + ":", text});
      break;
    case platform::SettingForm::List:
      if (auto text = joined(list_at(function, name)); !text.empty()) table.add({name + ":", text});
      break;
    case platform::SettingForm::Map:
    case platform::SettingForm::Group:
      add_members(table, name, at(function, name));
      break;
  }
}

}  // namespace

std::string export_text(const json::Value& entry) {
  std::string name = text_at(entry, "name");
  if (!at(entry, "parameters").is_array())
    return fmt::format("{}  {}", name, text_at(entry, "type"));
  std::string parameters;
  for (const json::Value& parameter : list_at(entry, "parameters")) {
    if (!parameters.empty()) parameters += ", ";
    parameters += parameter_text(parameter);
  }
  std::string text = fmt::format("{}({})", name, parameters);
  if (std::string results = joined(list_at(entry, "results")); !results.empty())
    text += " -> " + results;
  if (std::string reason = text_at(entry, "not_callable_because"); !reason.empty())
    text += fmt::format("  (can't be called: {})", reason);
  return text;
}

std::string function_text(const json::Value& function) {
  Table table;
  for (const char* name : kAbout) {
    if (std::string text = text_at(function, name); !text.empty())
      table.add({fmt::format("{}:", name), text});
  }
  for (const platform::SettingRow& row : platform::setting_rows()) {
    // Detected, unless it was set: one of the lines above.
    if (row.name != "abi") add_setting(table, row, function);
  }
  for (const char* group : kNested) add_members(table, group, at(function, group));
  for (const json::Value& linked : list_at(function, "linked")) {
    table.add({"linked:", fmt::format("{} version {}, {}", text_at(linked, "function"),
                                      number_at(linked, "version"), text_at(linked, "digest"))});
  }
  for (const json::Value& entry : list_at(function, "exports"))
    table.add({"export:", export_text(entry)});
  return table.text();
}

}  // namespace rockpool::cli
