#pragma once

#include <string_view>

#include "base/error.h"
#include "bridge/bridge.h"

namespace rockpool::engine {

inline std::string_view view_of(rust::Slice<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string_view view_of(const rust::Vec<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline rust::Slice<const std::uint8_t> slice_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline rust::Str str_of(std::string_view text) {
  return {text.data(), text.size()};
}

// The bridge names failures by the one list's codes; one that is not on it is a bug, told as
// internal.
inline Error to_error(const bridge::Outcome& outcome) {
  std::string_view name(outcome.code.data(), outcome.code.size());
  return Error(error_code_of(name).value_or(ErrorCode::Internal), std::string(outcome.message),
               std::string(outcome.detail));
}

}  // namespace rockpool::engine
