#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::dialects::wess {

// A new id: a random UUID (RFC 9562, version 4).
std::string make_uuid();

// Whether the text is a UUID in one of its four spellings: with hyphens or without, in braces, with
// urn:uuid: before it. Fails with invalid-argument, saying what is wrong.
Result<void> check_uuid(std::string_view text);

}  // namespace rockpool::dialects::wess
