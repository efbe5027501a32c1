#pragma once

#include <memory>

#include "base/clock.h"
#include "metrics/registry.h"
#include "store/kv_store.h"

namespace rockpool::store {

// Passes every call on to `inner` and counts its duration in
// rockpool_store_operation_duration_seconds{operation}: `get`, `scan` and `commit`. All three
// arguments outlive it.
std::unique_ptr<KvStore> make_measured_kv_store(KvStore& inner, metrics::Registry& registry,
                                                const Clock& clock);

}  // namespace rockpool::store
