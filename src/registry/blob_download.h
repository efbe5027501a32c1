#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "async/task.h"
#include "registry/images/image_manifest.h"
#include "registry/registry_session.h"

namespace rockpool::registry {

// Hears how much of a blob has come.
using OnBytes = std::function<void(std::uint64_t received)>;

// A blob, checked against its size and digest. Where the connection breaks, the rest is asked for.
// Fails with registry-error, unavailable or timeout. All arguments outlive the task.
Task<std::string> download_blob(RegistrySession& session, const Descriptor& blob,
                                const OnBytes& on_bytes);

}  // namespace rockpool::registry
