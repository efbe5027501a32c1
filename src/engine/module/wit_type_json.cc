#include "engine/module/wit_type_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace rockpool::engine {
namespace {

using json::Value;
using Kind = WitType::Kind;

struct KindName {
  Kind kind;
  std::string_view name;
};

constexpr std::array kPrimitives = std::to_array<KindName>({{Kind::Bool, "bool"},
                                                            {Kind::S8, "s8"},
                                                            {Kind::U8, "u8"},
                                                            {Kind::S16, "s16"},
                                                            {Kind::U16, "u16"},
                                                            {Kind::S32, "s32"},
                                                            {Kind::U32, "u32"},
                                                            {Kind::S64, "s64"},
                                                            {Kind::U64, "u64"},
                                                            {Kind::F32, "f32"},
                                                            {Kind::F64, "f64"},
                                                            {Kind::Char, "char"},
                                                            {Kind::String, "string"}});
constexpr std::array kCompounds = std::to_array<KindName>({{Kind::List, "list"},
                                                           {Kind::Option, "option"},
                                                           {Kind::Result, "result"},
                                                           {Kind::Record, "record"},
                                                           {Kind::Tuple, "tuple"},
                                                           {Kind::Enum, "enum"},
                                                           {Kind::Variant, "variant"},
                                                           {Kind::Flags, "flags"}});

std::optional<Kind> kind_of(std::span<const KindName> names, std::string_view name) {
  auto found = std::ranges::find(names, name, &KindName::name);
  if (found == names.end()) return std::nullopt;
  return found->kind;
}

// What a side or case carries.
Value carried_json(const WitType& type, std::size_t index) {
  return type.present[index] ? to_json(type.of[index]) : Value();
}

// The part after the kind's name.
Value parts_json(const WitType& type) {
  if (type.kind == Kind::List || type.kind == Kind::Option) return to_json(type.of[0]);
  Value parts = Value::array();
  if (type.kind == Kind::Result)
    return Value::array({carried_json(type, 0), carried_json(type, 1)});
  for (std::size_t i = 0; i < std::max(type.names.size(), type.of.size()); ++i) {
    switch (type.kind) {
      case Kind::Tuple:
        parts.push_back(to_json(type.of[i]));
        break;
      case Kind::Record:
        parts.push_back(Value::array({type.names[i], to_json(type.of[i])}));
        break;
      case Kind::Variant:
        parts.push_back(Value::array({type.names[i], carried_json(type, i)}));
        break;
      default:
        parts.push_back(type.names[i]);
    }
  }
  return parts;
}

std::unexpected<Error> malformed(const std::string& path) {
  return fail(ErrorCode::InvalidArgument, fmt::format("{} is no type", path));
}

// A side or case that may carry nothing.
Result<void> read_carried(const Value& value, const std::string& path, WitType& type) {
  type.present.push_back(!value.is_null());
  if (value.is_null()) {
    type.of.emplace_back();
    return {};
  }
  ASSIGN_OR_RETURN(auto carried, wit_type_from_json(value, path));
  type.of.push_back(std::move(carried));
  return {};
}

Result<void> read_part(const Value& part, const std::string& path, WitType& type) {
  if (type.kind == Kind::Result) return read_carried(part, path, type);
  if (type.kind == Kind::Tuple) {
    ASSIGN_OR_RETURN(auto member, wit_type_from_json(part, path));
    type.of.push_back(std::move(member));
    return {};
  }
  bool named_type = type.kind == Kind::Record || type.kind == Kind::Variant;
  if (named_type && (!part.is_array() || part.size() != 2)) return malformed(path);
  const Value& name = named_type ? part[0] : part;
  if (!name.is_string()) return malformed(path);
  type.names.push_back(name.get<std::string>());
  if (type.kind == Kind::Variant) return read_carried(part[1], path, type);
  if (type.kind == Kind::Record) {
    ASSIGN_OR_RETURN(auto field, wit_type_from_json(part[1], path));
    type.of.push_back(std::move(field));
  }
  return {};
}

}  // namespace

Value to_json(const WitType& type) {
  auto primitive = std::ranges::find(kPrimitives, type.kind, &KindName::kind);
  if (primitive != kPrimitives.end()) return primitive->name;
  auto compound = std::ranges::find(kCompounds, type.kind, &KindName::kind);
  Value value = Value::object();
  value[std::string(compound->name)] = parts_json(type);
  return value;
}

Result<WitType> wit_type_from_json(const Value& value, const std::string& path) {
  WitType type;
  if (value.is_string()) {
    auto primitive = kind_of(kPrimitives, value.get_ref<const std::string&>());
    if (!primitive) return malformed(path);
    type.kind = *primitive;
    return type;
  }
  if (!value.is_object() || value.size() != 1) return malformed(path);
  auto compound = kind_of(kCompounds, value.begin().key());
  if (!compound) return malformed(path);
  type.kind = *compound;
  const Value& parts = value.begin().value();
  std::string inner = fmt::format("{}.{}", path, value.begin().key());
  if (type.kind == Kind::List || type.kind == Kind::Option) {
    ASSIGN_OR_RETURN(auto element, wit_type_from_json(parts, inner));
    type.of.push_back(std::move(element));
    return type;
  }
  if (!parts.is_array() || (type.kind == Kind::Result && parts.size() != 2))
    return malformed(inner);
  for (const Value& part : parts) RETURN_IF_ERROR(read_part(part, inner, type));
  return type;
}

}  // namespace rockpool::engine
