#pragma once

#include <string>
#include <string_view>

namespace rockpool::web {

// Text as it may stand in HTML, attributes included.
std::string html_escape(std::string_view text);

// A whole page, without scripts and outside references; `body` is HTML.
std::string html_page(std::string_view title, std::string_view body);

// What keeps a page that shows foreign text harmless.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

}  // namespace rockpool::web
