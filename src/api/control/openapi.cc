#include "api/control/openapi.h"

#include <utility>

#include "base/check.h"
#include "json/value.h"
#include "platform/functions/setting_rows.h"

// Defined in openapi.S.
extern "C" {
extern const char rockpool_openapi_json[];
extern const char rockpool_openapi_json_end[];
}

namespace rockpool::api {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  CHECK(value, "a schema in the source is not JSON");
  return *std::move(value);
}

// Settings as answers show them: all of them.
json::Value shown_settings() {
  json::Value properties = json::Value::object();
  json::Value names = json::Value::array();
  for (const auto& row : platform::setting_rows()) {
    properties[std::string(row.name)] = parsed(row.schema);
    names.push_back(row.name);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", names}};
}

// Settings as requests write them: what is absent or null has its default, or stays in a patch.
json::Value written_settings() {
  json::Value properties = json::Value::object();
  for (const auto& row : platform::setting_rows()) {
    auto schema = parsed(row.input_schema.empty() ? row.schema : row.input_schema);
    json::Value or_null = {{"type", "null"}};
    properties[std::string(row.name)] = {{"anyOf", {std::move(schema), std::move(or_null)}}};
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

}  // namespace

std::string openapi_document() {
  auto document = parsed({rockpool_openapi_json, rockpool_openapi_json_end});
  auto& schemas = document["components"]["schemas"];
  schemas["FunctionSettings"] = shown_settings();
  schemas["FunctionSettingsInput"] = written_settings();
  return json::dump(document);
}

}  // namespace rockpool::api
