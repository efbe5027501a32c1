#pragma once

#include <string>
#include <string_view>

#include "async/task.h"
#include "base/digest.h"
#include "base/public_key.h"
#include "registry/images/pull_limits.h"
#include "registry/registry_session.h"

namespace rockpool::registry {

// Whether an image is signed as cosign does it with a key pair: beside the image, under the tag
// sha256-HEX.sig, stands a manifest whose layers are payloads ("simple signing") with signatures.
//
// Fails with image-unsigned if there is no such manifest, signature-invalid if none of its
// signatures is by `key` (PEM) and of this very image; registry-error, invalid-argument.
// `session` outlives the task.
Task<void> verify_signature(RegistrySession& session, Digest image, std::string key,
                            PullLimits limits);

// Whether `payload` says that it stands for that image.
bool is_payload_of(std::string_view payload, const Digest& image);

}  // namespace rockpool::registry
