#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>

#include "engine/values/typed_values.h"

namespace rockpool::engine {
namespace {

using Kind = WitType::Kind;

std::unexpected<Error> mismatch(std::string_view what) {
  return fail(ErrorCode::Internal,
              fmt::format("a call's results do not fit their types: {}", what));
}

void append_utf8(std::string& out, std::uint32_t scalar) {
  auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  auto continuation = [&](unsigned shift) { put(0x80U | ((scalar >> shift) & 0x3FU)); };
  if (scalar < 0x80) {
    put(scalar);
  } else if (scalar < 0x800) {
    put(0xC0U | (scalar >> 6));
    continuation(0);
  } else if (scalar < 0x10000) {
    put(0xE0U | (scalar >> 12));
    continuation(6);
    continuation(0);
  } else {
    put(0xF0U | (scalar >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

// A JSON string of UTF-8 text.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_floating(std::string& out, double number) {
  if (std::isnan(number)) {
    out += R"("NaN")";
  } else if (std::isinf(number)) {
    out += number > 0 ? R"("Infinity")" : R"("-Infinity")";
  } else {
    // The shortest text that reads back as the same number.
    std::array<char, 32> digits;
    auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    out.append(digits.begin(), end);
  }
}

// Reads values off the front of the bytes and writes them as JSON.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  Result<void> decode(const WitType& type);
  Result<std::string> decode_all(std::span<const WitType> types);

 private:
  Result<void> decode_compound(const WitType& type);
  Result<void> decode_string();
  Result<void> decode_char();
  Result<void> decode_list(const WitType& type);
  Result<void> decode_members(const WitType& type);
  Result<void> decode_option(const WitType& type);
  Result<void> decode_result(const WitType& type);
  Result<void> decode_case(const WitType& type);
  Result<void> decode_flags(const WitType& type);
  // `{"name":value}`, the value being what side or case `index` carries, or null.
  Result<void> decode_carried(const WitType& type, std::size_t index, std::string_view name);

  template <class T>
  Result<T> read() {
    if (bytes_.size() < sizeof(T)) return mismatch("they end too early");
    T number;
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_.remove_prefix(sizeof number);
    return number;
  }
  // A byte that is 0 or 1.
  Result<bool> read_flag();
  template <class T>
  Result<void> decode_integer() {
    ASSIGN_OR_RETURN(T number, read<T>());
    json_ += fmt::format_int(number).c_str();
    return {};
  }

  std::string_view bytes_;
  std::string json_;
};

static_assert(std::endian::native == std::endian::little, "the bytes are little-endian");

Result<bool> Decoder::read_flag() {
  ASSIGN_OR_RETURN(auto byte, read<std::uint8_t>());
  if (byte > 1) return mismatch("a flag is neither 0 nor 1");
  return byte == 1;
}

Result<std::string> Decoder::decode_all(std::span<const WitType> types) {
  json_ += '[';
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) json_ += ',';
    RETURN_IF_ERROR(decode(types[i]));
  }
  json_ += ']';
  if (!bytes_.empty()) return mismatch("there are more of them");
  return std::move(json_);
}

Result<void> Decoder::decode(const WitType& type) {
  switch (type.kind) {
    case Kind::Bool: {
      ASSIGN_OR_RETURN(bool value, read_flag());
      json_ += value ? "true" : "false";
      return {};
    }
    case Kind::S8:
      return decode_integer<std::int8_t>();
    case Kind::U8:
      return decode_integer<std::uint8_t>();
    case Kind::S16:
      return decode_integer<std::int16_t>();
    case Kind::U16:
      return decode_integer<std::uint16_t>();
    case Kind::S32:
      return decode_integer<std::int32_t>();
    case Kind::U32:
      return decode_integer<std::uint32_t>();
    case Kind::S64:
      return decode_integer<std::int64_t>();
    case Kind::U64:
      return decode_integer<std::uint64_t>();
    case Kind::F32: {
      ASSIGN_OR_RETURN(float number, read<float>());
      append_floating(json_, static_cast<double>(number));
      return {};
    }
    case Kind::F64: {
      ASSIGN_OR_RETURN(double number, read<double>());
      append_floating(json_, number);
      return {};
    }
    default:
      return decode_compound(type);
  }
}

Result<void> Decoder::decode_compound(const WitType& type) {
  switch (type.kind) {
    case Kind::Char:
      return decode_char();
    case Kind::String:
      return decode_string();
    case Kind::List:
      return decode_list(type);
    case Kind::Option:
      return decode_option(type);
    case Kind::Result:
      return decode_result(type);
    case Kind::Enum:
    case Kind::Variant:
      return decode_case(type);
    case Kind::Flags:
      return decode_flags(type);
    default:
      return decode_members(type);
  }
}

Result<void> Decoder::decode_char() {
  ASSIGN_OR_RETURN(auto scalar, read<std::uint32_t>());
  if (scalar > 0x10FFFF || (scalar >= 0xD800 && scalar < 0xE000))
    return mismatch("a char is no Unicode scalar value");
  std::string text;
  append_utf8(text, scalar);
  append_string(json_, text);
  return {};
}

Result<void> Decoder::decode_string() {
  ASSIGN_OR_RETURN(auto size, read<std::uint32_t>());
  if (size > bytes_.size()) return mismatch("they end within a string");
  append_string(json_, bytes_.substr(0, size));
  bytes_.remove_prefix(size);
  return {};
}

Result<void> Decoder::decode_list(const WitType& type) {
  ASSIGN_OR_RETURN(auto count, read<std::uint32_t>());
  // Every value takes a byte at least: the component model has no empty records and tuples.
  if (count > bytes_.size()) return mismatch("they end within a list");
  json_ += '[';
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i != 0) json_ += ',';
    RETURN_IF_ERROR(decode(type.of[0]));
  }
  json_ += ']';
  return {};
}

Result<void> Decoder::decode_members(const WitType& type) {
  bool named = type.kind == Kind::Record;
  json_ += named ? '{' : '[';
  for (std::size_t i = 0; i < type.of.size(); ++i) {
    if (i != 0) json_ += ',';
    if (named) {
      append_string(json_, type.names[i]);
      json_ += ':';
    }
    RETURN_IF_ERROR(decode(type.of[i]));
  }
  json_ += named ? '}' : ']';
  return {};
}

Result<void> Decoder::decode_option(const WitType& type) {
  ASSIGN_OR_RETURN(bool some, read_flag());
  if (!some) {
    json_ += "null";
    return {};
  }
  bool nested = type.of[0].kind == Kind::Option;
  if (nested) json_ += R"({"some":)";
  RETURN_IF_ERROR(decode(type.of[0]));
  if (nested) json_ += '}';
  return {};
}

Result<void> Decoder::decode_carried(const WitType& type, std::size_t index,
                                     std::string_view name) {
  json_ += '{';
  append_string(json_, name);
  json_ += ':';
  if (type.present[index]) {
    RETURN_IF_ERROR(decode(type.of[index]));
  } else {
    json_ += "null";
  }
  json_ += '}';
  return {};
}

Result<void> Decoder::decode_result(const WitType& type) {
  ASSIGN_OR_RETURN(bool is_error, read_flag());
  return decode_carried(type, is_error ? 1 : 0, is_error ? "err" : "ok");
}

Result<void> Decoder::decode_case(const WitType& type) {
  ASSIGN_OR_RETURN(auto index, read<std::uint32_t>());
  if (index >= type.names.size()) return mismatch("there is no such case");
  if (type.kind == Kind::Variant) return decode_carried(type, index, type.names[index]);
  append_string(json_, type.names[index]);
  return {};
}

Result<void> Decoder::decode_flags(const WitType& type) {
  json_ += '[';
  bool first = true;
  for (const std::string& name : type.names) {
    ASSIGN_OR_RETURN(bool set, read_flag());
    if (!set) continue;
    if (!std::exchange(first, false)) json_ += ',';
    append_string(json_, name);
  }
  json_ += ']';
  return {};
}

}  // namespace

Result<std::string> decode_results(std::span<const WitType> results, std::string_view bytes) {
  return Decoder(bytes).decode_all(results);
}

}  // namespace rockpool::engine
