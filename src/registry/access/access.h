#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool::registry {

// Who we are to a registry; all empty: nobody in particular.
struct Credentials {
  std::string username = {};
  std::string password = {};
  std::string identity_token = {};  // exchanged for access tokens (OAuth 2 refresh token)
  std::string registry_token = {};  // an access token as it is
};

enum class PlainHttp : std::uint8_t { Refused, Allowed };

// How a registry is reached.
struct Access {
  Credentials credentials = {};
  std::string ca_file = {};                   // PEM; trusted beside the system's authorities
  PlainHttp plain_http = PlainHttp::Refused;  // loopback may do without TLS anyway
  std::string verify_key = {};                // PEM; images must be signed with its other half
};

// How the registry at `host` ("registry.example:5000") is reached. May block.
using FindAccess = std::function<Result<Access>(const std::string& host)>;

// Whether that host, with or without a port, is this machine.
bool is_loopback(std::string_view host);

}  // namespace rockpool::registry
