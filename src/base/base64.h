#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool {

// RFC 4648 section 4, with padding.
std::string base64_encode(std::string_view bytes);
// Fails with invalid-argument on anything else, line breaks included.
Result<std::string> base64_decode(std::string_view text);

}  // namespace rockpool
