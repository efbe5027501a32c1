#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool {

// The name of a function: `[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?`.
class FunctionName {
 public:
  // Fails with name-invalid.
  static Result<FunctionName> parse(std::string_view text);
  // The name that a file ("Hello World.wasm"), or an image's last repository segment, gives: its
  // stem in lower case, other characters as '-'. Fails with name-invalid if nothing is left.
  static Result<FunctionName> derive(std::string_view file_name);

  const std::string& text() const { return text_; }
  friend auto operator<=>(const FunctionName&, const FunctionName&) = default;

 private:
  explicit FunctionName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace rockpool

template <>
struct std::hash<rockpool::FunctionName> {
  std::size_t operator()(const rockpool::FunctionName& name) const {
    return std::hash<std::string>{}(name.text());
  }
};
