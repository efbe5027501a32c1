#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rockpool::logs {

// `line` as valid UTF-8 that is safe on a terminal: control characters but tab, and bytes that are
// no UTF-8, become \xNN. Cut into pieces of at most `max_bytes` (at least 16), never inside a
// character or an escape; an empty line is one empty piece.
std::vector<std::string> escape_line(std::string_view line, std::size_t max_bytes);

// How many of the last bytes of `text` begin a UTF-8 character that is not complete yet: 0 to 3.
std::size_t incomplete_tail(std::string_view text);

}  // namespace rockpool::logs
