#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/module/abi.h"
#include "engine/module/wit_type.h"
#include "json/value.h"

namespace rockpool::engine {

enum class BinaryKind : std::uint8_t { CoreModule, Component };

struct Parameter {
  std::string name;  // empty in core modules
  WitType type;
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

// A function that a `typed` call may name.
struct TypedExport {
  // Core: the export's name. Component: the bare function name if unique, else `ns:pkg/iface#func`.
  std::string name;
  // Component: the interface it stands in, empty at the root of the world.
  std::string interface;
  // The function's name within `interface`.
  std::string function;
  std::vector<Parameter> parameters;
  std::vector<WitType> results;
  // Why it is listed but can't be called (it uses resources, streams or reference types); empty if
  // it can.
  std::string not_callable_because;
  friend bool operator==(const TypedExport&, const TypedExport&) = default;
};

// Whether a call by that abi, `typed` or `json`, may name the function.
bool is_callable(const TypedExport& function, Abi abi);

struct Import {
  // Core: module and field. Component: interface (with version) and empty, or empty and function.
  std::string module;
  std::string name;
  std::string type;  // for a person: "func (i32, i32) -> i32", "instance", "memory"
  friend bool operator==(const Import&, const Import&) = default;
};

struct Export {
  std::string name;
  std::string type;
  friend bool operator==(const Export&, const Export&) = default;
};

// What a module is, told from its bytes alone.
struct Inspection {
  BinaryKind kind = BinaryKind::CoreModule;
  // The first of design order that fits; none: nothing here can be called.
  std::optional<Abi> abi;
  // Every abi that fits, for `--abi` to choose from.
  std::vector<Abi> possible_abis;
  std::vector<Export> exports;
  std::vector<TypedExport> typed_exports;
  std::vector<Import> imports;
  std::uint64_t initial_memory_bytes = 0;  // over all memories

  friend bool operator==(const Inspection&, const Inspection&) = default;
};

// A pure function of the bytes: validates them and says what they are. Fails with invalid-module
// (naming the offset) or module-unsupported. Not quick for large modules: run it where blocking is
// allowed.
Result<Inspection> inspect(std::string_view wasm);

// As stored with a version and shown by the API; from_json takes what to_json made.
json::Value to_json(const Inspection& inspection);
Result<Inspection> inspection_from_json(const json::Value& value);

// "no-entry-point" with what the module does export.
Error no_entry_point(const Inspection& inspection);

struct MissingImport {
  Import import;
  std::string nearest;  // the nearest name this server offers; may be empty
  std::string advice;   // what to do, one sentence
};

// The imports this server does not offer to guests of that kind.
std::vector<MissingImport> missing_imports(const Inspection& inspection);

}  // namespace rockpool::engine
