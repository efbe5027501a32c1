#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace rockpool::json {

// An object, one member of which is bytes written as an array of numbers: {"wasm": [0, 97, 115]}.
struct DocumentWithBytes {
  Value rest = Value::object();        // the other members
  std::optional<std::string> bytes{};  // none: the member is absent
};

// Reads it without a value for each byte. Fails with invalid-argument on what parse() refuses, and
// if the document is no object or `member` holds anything but numbers from 0 to 255.
Result<DocumentWithBytes> parse_with_bytes(std::string_view text, std::string_view member);

// Appends "[0,97,115]".
void append_byte_array(std::string& to, std::string_view bytes);

}  // namespace rockpool::json
