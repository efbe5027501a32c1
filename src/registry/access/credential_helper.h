#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "registry/access/access.h"

namespace rockpool::registry {

// What the program docker-credential-NAME keeps of `host`; empty if it knows nothing. Blocks, for
// `patience` at most. Fails with invalid-argument if there is no such program, registry-error with
// what it said, or timeout.
Result<Credentials> ask_credential_helper(const std::string& name, const std::string& host,
                                          std::chrono::seconds patience = std::chrono::seconds(30));

}  // namespace rockpool::registry
