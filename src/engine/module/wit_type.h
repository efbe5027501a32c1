#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rockpool::engine {

// A plain WIT type (component-model WIT.md, "Types"). Core i32, i64, f32 and f64 are S32, S64, F32
// and F64.
struct WitType {
  enum class Kind : std::uint8_t {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List,
    Option,
    Result,
    Record,
    Tuple,
    Enum,
    Variant,
    Flags,
  };

  Kind kind = Kind::Bool;
  // Fields of a record, cases of a variant or enum, names of flags.
  std::vector<std::string> names;
  // list, option: one. result: two, ok and error. tuple: its members. record: as names. variant: as
  // names. Where a result's side or a variant's case carries nothing, `present` is false for it.
  std::vector<WitType> of;
  std::vector<bool> present;

  friend bool operator==(const WitType&, const WitType&) = default;
};

// The bytes of a number of that kind; 0 for what is none.
std::size_t number_width(WitType::Kind kind);

// WIT syntax: "list<option<u8>>", "record { x: s32 }".
std::string to_string(const WitType& type);

}  // namespace rockpool::engine
