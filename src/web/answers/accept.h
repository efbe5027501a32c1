#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rockpool::web {

// How much a client wants a media type, 0 to 1000 (RFC 9110 section 12.5.1): the quality of the
// most specific range of `accept` that matches. 1000 if there is no Accept field.
int accept_quality(std::string_view accept, std::string_view media_type);

// The offer the client wants most; the first of equals. The first, too, if it wants none: an
// answer in a form that was not asked for says more than a bare 406.
std::size_t preferred_offer(std::string_view accept, std::span<const std::string_view> offers);

// Whether `content_type` (with or without parameters) is that media type.
bool is_media_type(std::string_view content_type, std::string_view media_type);

}  // namespace rockpool::web
