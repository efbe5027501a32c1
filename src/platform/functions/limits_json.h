#pragma once

#include "base/result.h"
#include "engine/limits.h"
#include "json/value.h"

namespace rockpool::platform {

// {"wall": "30s", "concurrency": 256, …}: all of them. Counts are numbers, durations and sizes have
// units and are texts.
json::Value to_json(const engine::Limits& limits);

// A function's: what is absent or null has its default. Fails with unknown-field or
// invalid-argument, naming the field ("limits.wall").
Result<engine::Limits> limits_from_json(const json::Value& value);

// Those that one call may not exceed: what is absent or null is as high as can be. The same
// failures; limits that calls share are unknown here.
Result<engine::Limits> call_limits_from_json(const json::Value& value);

}  // namespace rockpool::platform
