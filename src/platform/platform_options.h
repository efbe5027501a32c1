#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "platform/outbound/failure_answer.h"
#include "platform/programs/compile.h"
#include "platform/states/state_limits.h"

namespace rockpool::platform {

struct PlatformOptions {
  Compile compile;
  // For calls between functions.
  RenderFailure render_failure;
  std::size_t parallel_compiles = 1;
  std::uint64_t max_module_bytes = 64ULL << 20;
  // How long a module that no version refers to stays, and how often that is looked after.
  std::chrono::milliseconds blob_age = std::chrono::hours(24);
  std::chrono::milliseconds collect_every = std::chrono::hours(1);
  StateLimits states = {};
};

}  // namespace rockpool::platform
