#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "async/blocking.h"
#include "async/reactor.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/engine.h"
#include "http/message.h"
#include "metrics/registry.h"
#include "platform/states/state_limits.h"
#include "registry/puller.h"
#include "store/blob_store.h"
#include "store/cache_files.h"
#include "store/kv_store.h"

namespace rockpool::platform {

// What the platform works with; outlives it.
struct World {
  store::KvStore& store;
  store::BlobStore& blobs;
  store::CacheFiles& cache;
  engine::Engine& engine;
  async::Reactors& reactors;
  async::BlockingPool& blocking;
  const Clock& clock;
  Log& log;
  metrics::Registry& metrics;
  registry::Puller& images;

  // Where functions are changed.
  async::Reactor& home() const { return reactors[0]; }
};

// A failure as an answer.
struct FailureAnswer {
  http::ResponseHead head;
  std::string body;
};
// Words a failure as the listeners do for callers from outside. Any reactor.
using WordFailure = std::function<FailureAnswer(const Error& failure, std::string_view request_id,
                                                std::string_view allow)>;

// Machine code of a module; blocks. Fails as engine::compile_in_child() does.
using Compile = std::function<Result<std::string>(std::string_view wasm)>;

struct PlatformOptions {
  Compile compile;
  // For functions that call others.
  WordFailure word_failure;
  std::size_t parallel_compiles = 1;
  std::uint64_t max_module_bytes = 64ULL << 20;
  // How long a module that no version refers to stays, and how often that is looked after.
  std::chrono::milliseconds blob_age = std::chrono::hours(24);
  std::chrono::milliseconds collect_every = std::chrono::hours(1);
  StateLimits states = {};
};

}  // namespace rockpool::platform
