#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "platform/functions/function.h"

namespace rockpool::dialects::wess {

// What Wess documents and never enforced.
inline constexpr std::size_t kMaxModuleBytes = std::size_t{1} << 20;  // fewer than that
inline constexpr std::size_t kMaxNameBytes = 16;                      // fewer than that
inline constexpr std::size_t kMaxTypes = 15;

// A number, or an array of them: "I32", "I32[]".
enum class ValueType : std::uint8_t { I32, I64, F32, F64, I32Array, I64Array, F32Array, F64Array };
std::string_view name_of(ValueType type);
bool is_array(ValueType type);
// What an array holds; a number itself.
ValueType element_of(ValueType type);

// Which export of a module is run, and how.
struct Metadata {
  std::string function_name;
  std::vector<ValueType> results = {};
  std::vector<ValueType> arguments = {};

  friend bool operator==(const Metadata&, const Metadata&) = default;
};

bool has_arrays(const Metadata& metadata);

struct ModuleDocument {
  std::string wasm;
  Metadata metadata;
};

// The body of a create or an update: {"wasm": [0, 97, …], "metadata": {"functionName": …,
// "returnType": […], "args": […]}}. Types that are null are left out; members that Wess does not
// know are ignored. Fails with invalid-argument; the message is the one that callers get.
Result<ModuleDocument> parse_module(std::string_view text);

// The answer to a read, without what stands around it.
std::string to_json(const ModuleDocument& document);

// The settings that make a function of it, as a merge patch: its ABI, labels that keep the metadata
// and, if it has arrays, the type that calls need; `before` are the types that it takes
// the place of.
json::Value settings_patch(const Metadata& metadata, const engine::FunctionTypes& before = {});

// What a function's labels say; where an operator took them away, what its first export's type
// says. Fails with not-found if the function exports nothing that can be called.
Result<Metadata> metadata_of(const platform::Function& function);

}  // namespace rockpool::dialects::wess
