#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/module/inspection.h"
#include "engine/module/wit_type_json.h"
#include "json/object_reader.h"

namespace rockpool::engine {
namespace {

using json::ObjectReader;
using json::Value;

constexpr std::string_view kCoreModule = "core-module";
constexpr std::string_view kComponent = "component";

Value to_json(const TypedExport& function) {
  Value parameters = Value::array();
  for (const Parameter& parameter : function.parameters)
    parameters.push_back({{"name", parameter.name}, {"type", to_json(parameter.type)}});
  Value results = Value::array();
  for (const WitType& type : function.results) results.push_back(to_json(type));
  return {{"name", function.name},         {"interface", function.interface},
          {"function", function.function}, {"parameters", std::move(parameters)},
          {"results", std::move(results)}, {"not_callable_because", function.not_callable_because}};
}

std::unexpected<Error> malformed(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<Abi> abi_from_json(const std::string& name) {
  if (auto abi = abi_of(name)) return *abi;
  return malformed(fmt::format("'{}' is no abi", name));
}

// Each element of the array `name`, read by `read`.
template <class T>
Result<std::vector<T>> read_all(ObjectReader& reader, std::string_view name,
                                Result<T> (*read)(const Value&, std::string path)) {
  ASSIGN_OR_RETURN(const Value* array, reader.required<const Value*>(name));
  std::string path = reader.path_of(name);
  if (!array->is_array()) return malformed(path + " must be an array");
  std::vector<T> all;
  all.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    ASSIGN_OR_RETURN(T one, read((*array)[i], fmt::format("{}[{}]", path, i)));
    all.push_back(std::move(one));
  }
  return all;
}

Result<WitType> type_from_json(const Value& value, std::string path) {
  return wit_type_from_json(value, path);
}

Result<Parameter> parameter_from_json(const Value& value, std::string path) {
  ASSIGN_OR_RETURN(auto reader, ObjectReader::open(value, std::move(path)));
  Parameter parameter;
  ASSIGN_OR_RETURN(parameter.name, reader.required<std::string>("name"));
  ASSIGN_OR_RETURN(const Value* type, reader.required<const Value*>("type"));
  ASSIGN_OR_RETURN(parameter.type, wit_type_from_json(*type, reader.path_of("type")));
  RETURN_IF_ERROR(reader.finish());
  return parameter;
}

Result<TypedExport> typed_export_from_json(const Value& value, std::string path) {
  ASSIGN_OR_RETURN(auto reader, ObjectReader::open(value, std::move(path)));
  TypedExport function;
  ASSIGN_OR_RETURN(function.name, reader.required<std::string>("name"));
  ASSIGN_OR_RETURN(function.interface, reader.required<std::string>("interface"));
  ASSIGN_OR_RETURN(function.function, reader.required<std::string>("function"));
  ASSIGN_OR_RETURN(function.parameters, read_all(reader, "parameters", parameter_from_json));
  ASSIGN_OR_RETURN(function.results, read_all(reader, "results", type_from_json));
  ASSIGN_OR_RETURN(function.not_callable_because,
                   reader.required<std::string>("not_callable_because"));
  RETURN_IF_ERROR(reader.finish());
  return function;
}

Result<Export> export_from_json(const Value& value, std::string path) {
  ASSIGN_OR_RETURN(auto reader, ObjectReader::open(value, std::move(path)));
  Export item;
  ASSIGN_OR_RETURN(item.name, reader.required<std::string>("name"));
  ASSIGN_OR_RETURN(item.type, reader.required<std::string>("type"));
  RETURN_IF_ERROR(reader.finish());
  return item;
}

Result<Import> import_from_json(const Value& value, std::string path) {
  ASSIGN_OR_RETURN(auto reader, ObjectReader::open(value, std::move(path)));
  Import item;
  ASSIGN_OR_RETURN(item.module, reader.required<std::string>("module"));
  ASSIGN_OR_RETURN(item.name, reader.required<std::string>("name"));
  ASSIGN_OR_RETURN(item.type, reader.required<std::string>("type"));
  RETURN_IF_ERROR(reader.finish());
  return item;
}

Result<BinaryKind> kind_from_json(const std::string& name) {
  if (name == kCoreModule) return BinaryKind::CoreModule;
  if (name == kComponent) return BinaryKind::Component;
  return malformed(fmt::format("'{}' is no kind of binary", name));
}

}  // namespace

Value to_json(const Inspection& inspection) {
  Value value = Value::object();
  value["kind"] = inspection.kind == BinaryKind::Component ? kComponent : kCoreModule;
  if (inspection.abi) value["abi"] = name_of(*inspection.abi);
  value["possible_abis"] = Value::array();
  for (Abi abi : inspection.possible_abis) value["possible_abis"].push_back(name_of(abi));
  value["exports"] = Value::array();
  for (const Export& item : inspection.exports)
    value["exports"].push_back({{"name", item.name}, {"type", item.type}});
  value["typed_exports"] = Value::array();
  for (const TypedExport& function : inspection.typed_exports)
    value["typed_exports"].push_back(to_json(function));
  value["imports"] = Value::array();
  for (const Import& item : inspection.imports) {
    value["imports"].push_back({{"module", item.module}, {"name", item.name}, {"type", item.type}});
  }
  value["initial_memory_bytes"] = inspection.initial_memory_bytes;
  return value;
}

Result<Inspection> inspection_from_json(const Value& value) {
  ASSIGN_OR_RETURN(auto reader, ObjectReader::open(value));
  Inspection inspection;
  ASSIGN_OR_RETURN(auto kind, reader.required<std::string>("kind"));
  ASSIGN_OR_RETURN(inspection.kind, kind_from_json(kind));
  ASSIGN_OR_RETURN(auto abi, reader.optional<std::string>("abi"));
  if (abi) {
    ASSIGN_OR_RETURN(inspection.abi, abi_from_json(*abi));
  }
  ASSIGN_OR_RETURN(auto possible, reader.optional<std::vector<std::string>>("possible_abis"));
  for (const std::string& name : possible.value_or(std::vector<std::string>())) {
    ASSIGN_OR_RETURN(Abi one, abi_from_json(name));
    inspection.possible_abis.push_back(one);
  }
  ASSIGN_OR_RETURN(inspection.exports, read_all(reader, "exports", export_from_json));
  ASSIGN_OR_RETURN(inspection.typed_exports,
                   read_all(reader, "typed_exports", typed_export_from_json));
  ASSIGN_OR_RETURN(inspection.imports, read_all(reader, "imports", import_from_json));
  ASSIGN_OR_RETURN(inspection.initial_memory_bytes,
                   reader.required<std::uint64_t>("initial_memory_bytes"));
  RETURN_IF_ERROR(reader.finish());
  return inspection;
}

}  // namespace rockpool::engine
