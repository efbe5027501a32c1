#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/module/misfit.h"
#include "engine/values/typed_numbers.h"
#include "engine/values/typed_values.h"
#include "json/value.h"

namespace rockpool::engine {
namespace {

using Kind = WitType::Kind;

// Each value takes about 40 bytes on its way to the guest; this bounds them together.
constexpr std::size_t kMaxValues = 1'000'000;
// Looking a name up among a type's names counts as a value for each so many of them.
constexpr std::size_t kNamesPerValue = 8;

// The one character of a text that is valid UTF-8.
std::optional<std::uint32_t> single_character(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto first = static_cast<unsigned char>(text[0]);
  auto length = static_cast<std::size_t>(first < 0x80 ? 1 : std::countl_one(first));
  if (text.size() != length) return std::nullopt;
  std::uint32_t scalar = length == 1 ? first : first & (0x7FU >> length);
  for (char c : text.substr(1)) scalar = scalar << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return scalar;
}

std::optional<std::uint32_t> index_of(std::string_view name, std::span<const std::string> names) {
  auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - names.begin());
}

// Finds members by name: at the expected place, where most senders put them, else in an index.
class Members {
 public:
  explicit Members(const json::Value& object)
      : members_(object.get_ref<const json::Value::object_t&>()) {}

  const json::Value* find(std::string_view name, std::size_t expected_place) {
    if (expected_place < members_.size()) {
      const auto& member = members_.begin()[static_cast<std::ptrdiff_t>(expected_place)];
      if (member.first == name) return &member.second;
    }
    if (index_.empty())
      for (const auto& [other, value] : members_) index_.emplace(other, &value);
    auto found = index_.find(name);
    return found == index_.end() ? nullptr : found->second;
  }

 private:
  const json::Value::object_t& members_;
  std::unordered_map<std::string_view, const json::Value*> index_;
};

// Appends values to the bytes that the bridge reads.
class Encoder {
 public:
  Fit encode(const WitType& type, const json::Value& value);
  std::string take() { return std::move(bytes_); }

 private:
  Fit encode_char(const WitType& type, const json::Value& value);
  Fit encode_string(const WitType& type, const json::Value& value);
  Fit encode_list(const WitType& type, const json::Value& value);
  Fit encode_tuple(const WitType& type, const json::Value& value);
  Fit encode_record(const WitType& type, const json::Value& value);
  Fit check_field_names(const WitType& type, const json::Value& value);
  Fit encode_option(const WitType& type, const json::Value& value);
  Fit encode_result(const WitType& type, const json::Value& value);
  Fit encode_enum(const WitType& type, const json::Value& value);
  Fit encode_variant(const WitType& type, const json::Value& value);
  Fit encode_flags(const WitType& type, const json::Value& value);
  // The value that side or case `index` of `type` carries: null if it carries none.
  Fit encode_carried(const WitType& type, std::size_t index, const json::Value& value);

  template <class T>
  void put(T number) {
    // The bytes are little-endian on every machine that Wasmtime compiles for here.
    static_assert(std::endian::native == std::endian::little);
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  // Sizes fit: kMaxValues bounds counts, and the request body bounds strings.
  void put_count(std::size_t count) { put(static_cast<std::uint32_t>(count)); }
  Fit charge(std::size_t values);

  std::string bytes_;
  std::size_t values_left_ = kMaxValues;
};

Fit Encoder::charge(std::size_t values) {
  if (values > values_left_)
    return misfit(fmt::format("the arguments have more than {} values", kMaxValues));
  values_left_ -= values;
  return {};
}

Fit Encoder::encode(const WitType& type, const json::Value& value) {
  RETURN_IF_ERROR(charge(1 + type.names.size() / kNamesPerValue));
  switch (type.kind) {
    case Kind::Bool:
      if (!value.is_boolean()) return mismatch(type, value);
      put(static_cast<std::uint8_t>(value.get<bool>()));
      return {};
    case Kind::Char:
      return encode_char(type, value);
    case Kind::String:
      return encode_string(type, value);
    case Kind::List:
      return encode_list(type, value);
    case Kind::Option:
      return encode_option(type, value);
    case Kind::Result:
      return encode_result(type, value);
    case Kind::Record:
      return encode_record(type, value);
    case Kind::Tuple:
      return encode_tuple(type, value);
    case Kind::Enum:
      return encode_enum(type, value);
    case Kind::Variant:
      return encode_variant(type, value);
    case Kind::Flags:
      return encode_flags(type, value);
    default:
      return append_number(bytes_, type, value);
  }
}

Fit Encoder::encode_char(const WitType& type, const json::Value& value) {
  if (!value.is_string()) return mismatch(type, value);
  auto scalar = single_character(value.get_ref<const std::string&>());
  if (!scalar) return mismatch("char (a string of one character)", value);
  put(*scalar);
  return {};
}

Fit Encoder::encode_string(const WitType& type, const json::Value& value) {
  if (!value.is_string()) return mismatch(type, value);
  const auto& text = value.get_ref<const std::string&>();
  put_count(text.size());
  bytes_ += text;
  return {};
}

Fit Encoder::encode_list(const WitType& type, const json::Value& value) {
  if (!value.is_array()) return mismatch(type, value);
  put_count(value.size());
  if (number_width(type.of[0].kind) > 0) {
    RETURN_IF_ERROR(charge(value.size()));
    return append_numbers(bytes_, type.of[0], value);
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto fit = encode(type.of[0], value[i]); !fit) return within(fmt::format("[{}]", i), fit);
  }
  return {};
}

Fit Encoder::encode_tuple(const WitType& type, const json::Value& value) {
  if (!value.is_array() || value.size() != type.of.size()) return mismatch(type, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto fit = encode(type.of[i], value[i]); !fit) return within(fmt::format("[{}]", i), fit);
  }
  return {};
}

Fit Encoder::encode_record(const WitType& type, const json::Value& value) {
  if (!value.is_object()) return mismatch(type, value);
  static const json::Value kAbsent;
  Members members(value);
  std::size_t found = 0;
  for (std::size_t i = 0; i < type.names.size(); ++i) {
    const json::Value* member = members.find(type.names[i], i);
    if (member != nullptr) ++found;
    // An optional field may be left out.
    if (member == nullptr && type.of[i].kind != Kind::Option) {
      return within("." + type.names[i],
                    misfit(fmt::format("expected {}, found nothing", short_text(type.of[i]))));
    }
    auto fit = encode(type.of[i], member == nullptr ? kAbsent : *member);
    if (!fit) return within("." + type.names[i], fit);
  }
  if (found < value.size()) return check_field_names(type, value);
  return {};
}

Fit Encoder::check_field_names(const WitType& type, const json::Value& value) {
  for (const auto& [name, member] : value.items()) {
    RETURN_IF_ERROR(charge(1 + type.names.size() / kNamesPerValue));
    if (!index_of(name, type.names)) {
      return misfit(fmt::format("{} has no field '{}'{}", short_text(type),
                                excerpt(name, kExcerptBytes), did_you_mean(name, type.names)));
    }
  }
  return {};
}

Fit Encoder::encode_option(const WitType& type, const json::Value& value) {
  put(static_cast<std::uint8_t>(!value.is_null()));
  if (value.is_null()) return {};
  const WitType& inner = type.of[0];
  if (inner.kind != Kind::Option) return encode(inner, value);
  if (!value.is_object() || value.size() != 1 || !value.contains("some"))
    return mismatch(R"(null or {"some": …})", value);
  return within(".some", encode(inner, value["some"]));
}

Fit Encoder::encode_carried(const WitType& type, std::size_t index, const json::Value& value) {
  if (type.present[index]) return encode(type.of[index], value);
  if (!value.is_null()) return mismatch("null, as it carries nothing", value);
  return {};
}

Fit Encoder::encode_result(const WitType& type, const json::Value& value) {
  constexpr std::array<std::string_view, 2> kSides = {"ok", "err"};
  if (value.is_object() && value.size() == 1) {
    auto member = value.begin();
    for (std::size_t side = 0; side < kSides.size(); ++side) {
      if (member.key() != kSides[side]) continue;
      put(static_cast<std::uint8_t>(side));
      return within("." + member.key(), encode_carried(type, side, *member));
    }
  }
  return mismatch(R"({"ok": …} or {"err": …})", value);
}

Fit Encoder::encode_enum(const WitType& type, const json::Value& value) {
  if (!value.is_string()) return mismatch(type, value);
  const auto& name = value.get_ref<const std::string&>();
  auto index = index_of(name, type.names);
  if (!index) {
    return misfit(fmt::format("expected {}, found {}{}", short_text(type), describe(value),
                              did_you_mean(name, type.names)));
  }
  put(*index);
  return {};
}

Fit Encoder::encode_variant(const WitType& type, const json::Value& value) {
  if (!value.is_object() || value.size() != 1) return mismatch(type, value);
  auto member = value.begin();
  auto index = index_of(member.key(), type.names);
  if (!index) {
    return misfit(fmt::format("expected {}, found the case '{}'{}", short_text(type),
                              excerpt(member.key(), kExcerptBytes),
                              did_you_mean(member.key(), type.names)));
  }
  put(*index);
  return within("." + member.key(), encode_carried(type, *index, *member));
}

Fit Encoder::encode_flags(const WitType& type, const json::Value& value) {
  if (!value.is_array()) return mismatch(type, value);
  std::string set(type.names.size(), '\0');
  for (std::size_t i = 0; i < value.size(); ++i) {
    RETURN_IF_ERROR(charge(1 + type.names.size() / kNamesPerValue));
    auto index = value[i].is_string() ? index_of(value[i].get_ref<const std::string&>(), type.names)
                                      : std::nullopt;
    if (!index) return within(fmt::format("[{}]", i), mismatch(type, value[i]));
    set[*index] = '\1';
  }
  bytes_ += set;
  return {};
}

std::string types_text(std::span<const Parameter> parameters) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    if (!text.empty()) text += ", ";
    if (!parameter.name.empty()) text += parameter.name + ": ";
    text += to_string(parameter.type);
  }
  return excerpt(text, kTypeExcerptBytes);
}

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::BadArguments, std::move(message));
}

}  // namespace

Result<std::string> encode_arguments(std::span<const Parameter> parameters, std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  bool empty = text.find_first_not_of(kBlank) == std::string_view::npos;
  auto arguments = json::parse(empty ? "[]" : text);
  if (!arguments)
    return bad(fmt::format("the arguments are no JSON array: {}", arguments.error().message()));
  if (!arguments->is_array())
    return bad(fmt::format("expected a JSON array of arguments, found {}", describe(*arguments)));
  if (arguments->size() != parameters.size()) {
    return bad(fmt::format("expected {} argument{} ({}), found {}", parameters.size(),
                           parameters.size() == 1 ? "" : "s", types_text(parameters),
                           arguments->size()));
  }
  Encoder encoder;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (auto fit = encoder.encode(parameters[i].type, (*arguments)[i]); !fit) {
      const auto& [path, why] = fit.error();
      std::string field = path.empty() ? "" : ", field " + excerpt(path, kTypeExcerptBytes);
      return bad(fmt::format("argument {}{}: {}", i + 1, field, why));
    }
  }
  return encoder.take();
}

}  // namespace rockpool::engine
