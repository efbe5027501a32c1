#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/syntax/message.h"

namespace rockpool::web {

// The control listener's session. Cookies ignore ports, so functions on the same host would be sent
// it, and could set it.
inline constexpr std::string_view kSessionCookie = "rockpool-session";

// The value of a Cookie field (RFC 6265 section 4.2) without that cookie; nothing if it is not in
// there. May come out empty.
std::optional<std::string> without_session_cookie(std::string_view cookies);

// Removes the Set-Cookie fields that would set it.
void remove_session_cookie(http::ResponseHead& head);

}  // namespace rockpool::web
