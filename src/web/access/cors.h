#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/server/exchange.h"
#include "http/syntax/message.h"

namespace rockpool::web {

// Whether the request asks, on behalf of a page, what it may send (Fetch standard, CORS preflight).
bool is_preflight(const http::Request& request);

// Whether one of `allowed` ("https://app.example.test", or "*") is that origin.
bool allows_origin(std::span<const std::string> allowed, std::string_view origin);

// Answers a preflight: 204, with the method and fields that were asked for granted if the origin is
// allowed, without any grant if it is not.
void respond_preflight(http::Exchange& exchange, std::span<const std::string> allowed,
                       std::string_view request_id);

// Adds what lets the page of `origin` read the answer, if it is allowed; replaces what the guest
// said about that.
void grant_origin(http::ResponseHead& head, std::span<const std::string> allowed,
                  std::string_view origin);

}  // namespace rockpool::web
