#include "engine/values/typed_numbers.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace rockpool::engine {
namespace {

using Kind = WitType::Kind;

// The bytes are little-endian on every machine that Wasmtime compiles for here.
static_assert(std::endian::native == std::endian::little);

// An integer that JSON text holds exactly; 64-bit ones may also be strings of digits.
template <std::integral T>
std::optional<T> read(const json::Value& value) {
  if (value.is_number_unsigned()) {
    auto number = value.get<std::uint64_t>();
    return std::in_range<T>(number) ? std::optional(static_cast<T>(number)) : std::nullopt;
  }
  if (value.is_number_integer()) {
    auto number = value.get<std::int64_t>();
    return std::in_range<T>(number) ? std::optional(static_cast<T>(number)) : std::nullopt;
  }
  if (sizeof(T) == sizeof(std::int64_t) && value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    T number = 0;
    const char* end = digits.data() + digits.size();
    auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error == std::errc() && stop == end) return number;
  }
  return std::nullopt;
}

template <std::floating_point T>
std::optional<T> read(const json::Value& value) {
  if (value.is_string()) {
    const auto& name = value.get_ref<const std::string&>();
    if (name == "NaN") return std::numeric_limits<T>::quiet_NaN();
    if (name == "Infinity") return std::numeric_limits<T>::infinity();
    if (name == "-Infinity") return -std::numeric_limits<T>::infinity();
    return std::nullopt;
  }
  if (!value.is_number()) return std::nullopt;
  auto number = static_cast<T>(value.get<double>());
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

template <class T>
std::unexpected<Misfit> no_number(const WitType& type, const json::Value& value) {
  if constexpr (std::integral<T>) {
    using Limits = std::numeric_limits<T>;
    if (value.is_number()) {
      auto range = fmt::format("{} ({} to {})", to_string(type), Limits::min(), Limits::max());
      return mismatch(range, value);
    }
  }
  return mismatch(type, value);
}

// Calls `body` with a zero of the type that has such numbers.
template <class Body>
Fit with_number_type(Kind kind, Body body) {
  switch (kind) {
    case Kind::S8:
      return body(std::int8_t());
    case Kind::U8:
      return body(std::uint8_t());
    case Kind::S16:
      return body(std::int16_t());
    case Kind::U16:
      return body(std::uint16_t());
    case Kind::S32:
      return body(std::int32_t());
    case Kind::U32:
      return body(std::uint32_t());
    case Kind::S64:
      return body(std::int64_t());
    case Kind::U64:
      return body(std::uint64_t());
    case Kind::F32:
      return body(float());
    default:
      return body(double());
  }
}

}  // namespace

Fit append_number(std::string& bytes, const WitType& type, const json::Value& value) {
  auto append = [&]<class T>(T) -> Fit {
    auto number = read<T>(value);
    if (!number) return no_number<T>(type, value);
    bytes.append(reinterpret_cast<const char*>(&*number), sizeof(T));
    return {};
  };
  return with_number_type(type.kind, append);
}

Fit append_numbers(std::string& bytes, const WitType& type, const json::Value& array) {
  std::span values(array.get_ref<const json::Value::array_t&>());
  auto append = [&]<class T>(T) -> Fit {
    std::size_t begin = bytes.size();
    bytes.resize(begin + values.size() * sizeof(T));
    char* at = bytes.data() + begin;
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto number = read<T>(values[i]);
      if (!number) return within(fmt::format("[{}]", i), no_number<T>(type, values[i]));
      std::memcpy(at, &*number, sizeof(T));
      at += sizeof(T);
    }
    return {};
  };
  return with_number_type(type.kind, append);
}

}  // namespace rockpool::engine
