#pragma once

#include <string_view>

namespace rockpool::web {

// Without the blanks and tabs around it: the OWS of RFC 9110.
std::string_view trim(std::string_view text);

// What stands before the next `separator`, trimmed; takes it and the separator off the front of
// `rest`.
std::string_view take_until(std::string_view& rest, char separator);

}  // namespace rockpool::web
