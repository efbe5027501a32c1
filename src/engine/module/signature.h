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
struct Signature {
  std::vector<WitType> parameters;
  std::vector<WitType> results;
  friend bool operator==(const Signature&, const Signature&) = default;
};

// By the export's name.
using Signatures = std::map<std::string, Signature, std::less<>>;

// "(list<s32>, f64) -> list<s32>", "() -> (s32, f64)", "(list<u8>)". Fails with invalid-argument.
Result<Signature> parse_signature(std::string_view text);
std::string to_string(const Signature& signature);

// Whether calls go through the module's memory.
bool has_lists(const Signature& signature);

// Whether the module can be called so. It exports each function with the numbers that its signature
// comes to: those of a list are i32 address and i32 count. One list alone may also come as the
// address of such a pair, as the only result or at an address that is the first parameter. With
// lists it exports `memory` and, where something is put there, an allocator: `allocate` or `malloc`
// (i32) -> i32, or `cabi_realloc`. Fails with no-entry-point, naming "signatures.NAME".
Result<void> check_signatures(const Inspection& inspection, const Signatures& signatures);

// `function` as callers see it: with the types of its signature, if there is one.
TypedExport declared(const TypedExport& function, const Signatures& signatures);

}  // namespace rockpool::engine
