#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "async/task.h"
#include "base/clock.h"
#include "base/digest.h"
#include "registry/access/access.h"
#include "registry/images/image_reference.h"
#include "registry/images/pull_limits.h"

namespace rockpool::registry {

// Hears how much of an image's layers has come. Must not block.
using OnPull = std::function<void(std::uint64_t received, std::uint64_t total)>;

struct PullOrder {
  ImageReference image = {};
  Access access = {};
  std::string verify_key = {};  // PEM, beside the one that `access` asks for; may be empty
  PullLimits limits = {};
  SteadyTime deadline = {};
  OnPull on_progress = {};
};

struct PulledModule {
  std::string wasm;
  Digest wasm_digest;
  Digest digest;  // of the manifest, or index, that the reference named at that moment
};

// Fetches the module of an image. Everything is checked against its digest before it is looked at,
// signatures before a layer is fetched; archives are read in memory. Long work: not for a reactor.
//
// Fails with registry-error (with what the registry said), image-unsupported, image-unsigned,
// signature-invalid, module-too-large, or cancelled.
Task<PulledModule> pull(PullOrder order);

}  // namespace rockpool::registry
