#pragma once

#include "async/blocking.h"
#include "async/reactor.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/engine.h"
#include "metrics/registry.h"
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

}  // namespace rockpool::platform
