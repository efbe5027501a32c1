#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client/client.h"

namespace rockpool::registry {

// "HOST answered 404 to the request for WHAT: MANIFEST_UNKNOWN: manifest unknown", a
// registry-error. Of the body only the errors that the distribution specification defines are told.
std::unexpected<Error> failure_of(std::string_view server, std::string_view what,
                                  const http::ClientResponse& response);

// The same failure as a registry-error, if it is one of the connection.
Error as_registry_error(const Error& error);

}  // namespace rockpool::registry
