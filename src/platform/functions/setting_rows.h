#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/object_reader.h"
#include "json/value.h"
#include "platform/functions/function_settings.h"

namespace rockpool::platform {

// How a setting's value looks: in JSON, in manifests and on the command line.
enum class SettingForm : std::uint8_t {
  Text,   // one word: abi=cgi
  List,   // texts: routes=/a/*,/b
  Map,    // texts by names that are the function's own: env.GREETING=hi
  Group,  // members that this server knows: limits.wall=10s
};

// What an empty value of a Map's entry means on the command line.
enum class EmptyEntry : std::uint8_t { IsAText, IsRemoved };

// The flag of `rockpool deploy` that sets a setting.
struct SettingFlag {
  std::string_view name;  // "--limit"
  std::string_view form;  // "KEY=VALUE"
  std::string_view help;
};

// One setting of a function. Reading and writing JSON, merge patches, `rockpool show`, the flags of
// `rockpool deploy` and the reference follow from its row.
struct SettingRow {
  std::string_view name;
  SettingForm form;
  SettingFlag flag;
  // JSON Schema of the value as answers show it, and as requests write it where that differs. The
  // API's description is made of them.
  std::string_view schema;
  std::string_view input_schema = {};
  // Takes the setting's field, which may be absent (the default counts then), and sets it. Fails
  // with unknown-field or invalid-argument, naming the field.
  Result<void> (*read)(json::ObjectReader& reader, FunctionSettings& settings);
  json::Value (*write)(const FunctionSettings& settings);
  // Map
  EmptyEntry empty_entry = EmptyEntry::IsAText;
  // Group: its members, and the form of their values, Text or List.
  std::vector<std::string_view> (*members)() = nullptr;
  SettingForm member_form = SettingForm::Text;
};

// In the order in which `show` prints them.
std::span<const SettingRow> setting_rows();
// Null if there is no such setting.
const SettingRow* find_setting(std::string_view name);

// The items between commas, without the blanks around them.
std::vector<std::string> split_list(std::string_view text);

}  // namespace rockpool::platform
