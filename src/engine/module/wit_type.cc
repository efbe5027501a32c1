#include "engine/module/wit_type.h"

#include <array>
#include <string_view>
#include <utility>

namespace rockpool::engine {
namespace {

using Kind = WitType::Kind;

constexpr std::array kKindNames = std::to_array<std::string_view>(
    {"bool",   "s8",     "u8",     "s16",   "u16",  "s32",     "u32",
     "s64",    "u64",    "f32",    "f64",   "char", "string",  "list",
     "option", "result", "record", "tuple", "enum", "variant", "flags"});
static_assert(kKindNames.size() == std::to_underlying(Kind::Flags) + 1);

std::string_view name_of(Kind kind) {
  return kKindNames[std::to_underlying(kind)];
}

bool carries(const WitType& type, std::size_t index) {
  return index < type.present.size() && type.present[index];
}

// "list<u8>", "tuple<u8, string>".
std::string in_angles(const WitType& type) {
  std::string text(name_of(type.kind));
  text += '<';
  for (std::size_t i = 0; i < type.of.size(); ++i) {
    if (i != 0) text += ", ";
    text += to_string(type.of[i]);
  }
  return text + '>';
}

// "result", "result<u8>", "result<_, u8>", "result<u8, string>".
std::string result_text(const WitType& type) {
  bool ok = carries(type, 0);
  bool error = carries(type, 1);
  if (!ok && !error) return "result";
  std::string text = "result<" + (ok ? to_string(type.of[0]) : "_");
  if (error) text += ", " + to_string(type.of[1]);
  return text + '>';
}

// "record { x: u8 }", "variant { circle(f64), none }", "enum { a, b }".
std::string in_braces(const WitType& type) {
  std::string text(name_of(type.kind));
  text += " {";
  for (std::size_t i = 0; i < type.names.size(); ++i) {
    text += i == 0 ? " " : ", ";
    text += type.names[i];
    if (type.kind == Kind::Record) text += ": " + to_string(type.of[i]);
    if (type.kind == Kind::Variant && carries(type, i)) text += '(' + to_string(type.of[i]) + ')';
  }
  return text + " }";
}

}  // namespace

std::size_t number_width(Kind kind) {
  switch (kind) {
    case Kind::S8:
    case Kind::U8:
      return 1;
    case Kind::S16:
    case Kind::U16:
      return 2;
    case Kind::S32:
    case Kind::U32:
    case Kind::F32:
      return 4;
    case Kind::S64:
    case Kind::U64:
    case Kind::F64:
      return 8;
    default:
      return 0;
  }
}

std::string to_string(const WitType& type) {
  switch (type.kind) {
    case Kind::List:
    case Kind::Option:
    case Kind::Tuple:
      return in_angles(type);
    case Kind::Result:
      return result_text(type);
    case Kind::Record:
    case Kind::Enum:
    case Kind::Variant:
    case Kind::Flags:
      return in_braces(type);
    default:
      return std::string(name_of(type.kind));
  }
}

}  // namespace rockpool::engine
