#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/module/inspection.h"

namespace rockpool::engine {

// What an export of a core module takes and gives, which its numbers alone do not tell: a list is
// an address in the module's memory and a count. Parameters and results are s32, u32, s64, u64,
// f32, f64, or lists of any number type.
struct FunctionType {
  std::vector<WitType> parameters;
  std::vector<WitType> results;
  friend bool operator==(const FunctionType&, const FunctionType&) = default;
};

// By the export's name.
using FunctionTypes = std::map<std::string, FunctionType, std::less<>>;

// "(list<s32>, f64) -> list<s32>", "() -> (s32, f64)", "(list<u8>)". Fails with invalid-argument.
Result<FunctionType> parse_function_type(std::string_view text);
std::string to_string(const FunctionType& type);

// Whether calls go through the module's memory.
bool has_lists(const FunctionType& type);

// Whether the module can be called so. It exports each function with the numbers that its type
// comes to: those of a list are i32 address and i32 count. One list alone may also come as the
// address of such a pair, as the only result or at an address that is the first parameter. With
// lists it exports `memory` and, where something is put there, an allocator: `allocate` or `malloc`
// (i32) -> i32, or `cabi_realloc`. Fails with no-entry-point, naming "types.NAME".
Result<void> check_function_types(const Inspection& inspection, const FunctionTypes& types);

// `function` as callers see it: with the types of its type, if there is one.
TypedExport declared(const TypedExport& function, const FunctionTypes& types);

}  // namespace rockpool::engine
