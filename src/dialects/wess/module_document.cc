#include "dialects/wess/module_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "json/byte_array.h"

namespace rockpool::dialects::wess {
namespace {

constexpr std::string_view kFunctionLabel = "wess.function";
constexpr std::string_view kResultsLabel = "wess.results";
constexpr std::string_view kArgumentsLabel = "wess.args";

constexpr std::array<std::pair<std::string_view, ValueType>, 8> kTypes = {{
    {"I32", ValueType::I32},
    {"I64", ValueType::I64},
    {"F32", ValueType::F32},
    {"F64", ValueType::F64},
    {"I32[]", ValueType::I32Array},
    {"I64[]", ValueType::I64Array},
    {"F32[]", ValueType::F32Array},
    {"F64[]", ValueType::F64Array},
}};
constexpr std::size_t kNumberTypes = 4;  // those before the arrays of them, in the same order

std::unexpected<Error> bad_json(const std::string& why) {
  return fail(ErrorCode::InvalidArgument, "Invalid Json: " + why);
}

std::unexpected<Error> bad_wasm(const std::string& why) {
  return fail(ErrorCode::InvalidArgument, "Invalid Wasm: " + why);
}

std::optional<ValueType> type_of(std::string_view name) {
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  return std::nullopt;
}

Result<const json::Value*> member(const json::Value& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end()) return bad_json(fmt::format("missing field `{}`", name));
  return &*found;
}

Result<std::vector<ValueType>> read_types(const json::Value& metadata, const char* name) {
  ASSIGN_OR_RETURN(const auto* list, member(metadata, name));
  if (!list->is_array()) return bad_json(fmt::format("{}: must be an array of types", name));
  std::vector<ValueType> types;
  for (const auto& item : *list) {
    if (item.is_null()) continue;
    auto type = item.is_string() ? type_of(item.get_ref<const std::string&>()) : std::nullopt;
    if (!type) {
      return bad_json(fmt::format("{}[{}]: must be I32, I64, F32 or F64, or an array such as I32[]",
                                  name, types.size()));
    }
    types.push_back(*type);
    if (types.size() > kMaxTypes) {
      return bad_json(fmt::format("{}: at most {} entries are taken", name, kMaxTypes));
    }
  }
  return types;
}

Result<Metadata> read_metadata(const json::Value& metadata) {
  if (!metadata.is_object()) return bad_json("metadata: must be an object");
  ASSIGN_OR_RETURN(const auto* name, member(metadata, "functionName"));
  if (!name->is_string()) return bad_json("functionName: must be a text");
  Metadata read{.function_name = name->get<std::string>()};
  if (read.function_name.size() >= kMaxNameBytes) {
    return bad_json(fmt::format("functionName: must have fewer than {} bytes", kMaxNameBytes));
  }
  ASSIGN_OR_RETURN(read.results, read_types(metadata, "returnType"));
  ASSIGN_OR_RETURN(read.arguments, read_types(metadata, "args"));
  return read;
}

json::Value to_json(const std::vector<ValueType>& types) {
  auto names = json::Value::array();
  for (ValueType type : types) names.push_back(name_of(type));
  return names;
}

std::string join(const std::vector<ValueType>& types) {
  std::string text;
  for (ValueType type : types) {
    if (!text.empty()) text += ',';
    text += name_of(type);
  }
  return text;
}

// Null if it holds anything else than join() writes.
std::optional<std::vector<ValueType>> split(std::string_view text) {
  std::vector<ValueType> types;
  while (!text.empty()) {
    auto end = std::min(text.find(','), text.size());
    auto type = type_of(text.substr(0, end));
    if (!type) return std::nullopt;
    types.push_back(*type);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return types;
}

std::optional<Metadata> metadata_of(const std::map<std::string, std::string>& labels) {
  auto name = labels.find(std::string(kFunctionLabel));
  auto results = labels.find(std::string(kResultsLabel));
  auto arguments = labels.find(std::string(kArgumentsLabel));
  if (name == labels.end() || results == labels.end() || arguments == labels.end())
    return std::nullopt;
  auto result_types = split(results->second);
  auto argument_types = split(arguments->second);
  if (!result_types || !argument_types) return std::nullopt;
  return Metadata{name->second, *std::move(result_types), *std::move(argument_types)};
}

std::optional<ValueType> array_of(std::optional<ValueType> element) {
  if (!element || is_array(*element)) return std::nullopt;
  return kTypes[kNumberTypes + static_cast<std::size_t>(*element)].second;
}

std::optional<ValueType> type_of(const engine::WitType& type) {
  using Kind = engine::WitType::Kind;
  switch (type.kind) {
    case Kind::S32:
      return ValueType::I32;
    case Kind::S64:
      return ValueType::I64;
    case Kind::F32:
      return ValueType::F32;
    case Kind::F64:
      return ValueType::F64;
    case Kind::List:
      return array_of(type_of(type.of[0]));
    default:
      return std::nullopt;
  }
}

// Null if a type is none that Wess knows.
std::optional<Metadata> metadata_of(const engine::TypedExport& exported) {
  Metadata metadata{.function_name = exported.name};
  for (const auto& parameter : exported.parameters) {
    auto type = type_of(parameter.type);
    if (!type) return std::nullopt;
    metadata.arguments.push_back(*type);
  }
  for (const auto& result : exported.results) {
    auto type = type_of(result);
    if (!type) return std::nullopt;
    metadata.results.push_back(*type);
  }
  return metadata;
}

engine::WitType wit_type_of(ValueType type) {
  using Kind = engine::WitType::Kind;
  constexpr std::array kNumbers = {Kind::S32, Kind::S64, Kind::F32, Kind::F64};
  engine::WitType number;
  number.kind = kNumbers[static_cast<std::size_t>(element_of(type))];
  if (!is_array(type)) return number;
  engine::WitType list;
  list.kind = Kind::List;
  list.of.push_back(std::move(number));
  return list;
}

engine::FunctionType function_type_of(const Metadata& metadata) {
  engine::FunctionType function;
  for (ValueType type : metadata.arguments) function.parameters.push_back(wit_type_of(type));
  for (ValueType type : metadata.results) function.results.push_back(wit_type_of(type));
  return function;
}

}  // namespace

std::string_view name_of(ValueType type) {
  return kTypes[static_cast<std::size_t>(type)].first;
}

bool is_array(ValueType type) {
  return static_cast<std::size_t>(type) >= kNumberTypes;
}

ValueType element_of(ValueType type) {
  return kTypes[static_cast<std::size_t>(type) % kNumberTypes].second;
}

bool has_arrays(const Metadata& metadata) {
  return std::ranges::any_of(metadata.arguments, is_array) ||
         std::ranges::any_of(metadata.results, is_array);
}

Result<ModuleDocument> parse_module(std::string_view text) {
  auto document = json::parse_with_bytes(text, "wasm");
  if (!document) return bad_json(document.error().message());
  if (!document->bytes) return bad_json("missing field `wasm`");
  if (document->bytes->size() >= kMaxModuleBytes) {
    return bad_wasm(fmt::format("a module must have fewer than {} bytes, this one has {}",
                                kMaxModuleBytes, document->bytes->size()));
  }
  ASSIGN_OR_RETURN(const auto* metadata, member(document->rest, "metadata"));
  ASSIGN_OR_RETURN(auto read, read_metadata(*metadata));
  return ModuleDocument{*std::move(document->bytes), std::move(read)};
}

std::string to_json(const ModuleDocument& document) {
  json::Value metadata = {{"functionName", document.metadata.function_name},
                          {"returnType", to_json(document.metadata.results)},
                          {"args", to_json(document.metadata.arguments)}};
  std::string text = R"({"wasm":)";
  json::append_byte_array(text, document.wasm);
  text += R"(,"metadata":)" + json::dump(metadata) + "}";
  return text;
}

json::Value settings_patch(const Metadata& metadata, const engine::FunctionTypes& before) {
  json::Value labels = json::Value::object();
  labels[std::string(kFunctionLabel)] = metadata.function_name;
  labels[std::string(kResultsLabel)] = join(metadata.results);
  labels[std::string(kArgumentsLabel)] = join(metadata.arguments);
  json::Value types = json::Value::object();
  for (const auto& [name, type] : before) types[name] = nullptr;
  if (has_arrays(metadata))
    types[metadata.function_name] = engine::to_string(function_type_of(metadata));
  return {{"abi", engine::name_of(engine::Abi::Typed)},
          {"types", std::move(types)},
          {"labels", std::move(labels)}};
}

Result<Metadata> metadata_of(const platform::Function& function) {
  if (auto kept = metadata_of(function.live->settings.labels)) return *std::move(kept);
  const auto& types = function.live->settings.types;
  for (const auto& exported : function.inspection->typed_exports) {
    auto metadata = metadata_of(engine::declared(exported, types));
    if (metadata) return *std::move(metadata);
  }
  return fail(ErrorCode::NotFound, "the function exports nothing that takes and gives numbers");
}

}  // namespace rockpool::dialects::wess
