#pragma once

#include <string_view>

namespace rockpool::http {

// uri-host [ ":" port ] of RFC 9110 section 7.2, the host not empty.
bool is_host(std::string_view text);
// For text that is_host(): whether a port with at least one digit is there.
bool has_port(std::string_view text);

}  // namespace rockpool::http
