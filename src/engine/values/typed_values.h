#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/module/inspection.h"

namespace rockpool::engine {

// Arguments and results of typed calls, between JSON and the bytes that cross the bridge.
//
// JSON: i64/u64 as exact digits (a string of digits is taken too); f32 widened; NaN and infinities
// as "NaN", "Infinity", "-Infinity"; option = null or value (nested: {"some": …}); result = {"ok":
// …} or {"err": …}; variant =
// {"case": value} (null without one); enum = string; flags = array of strings; char = string; tuple
// = array; record = object.
//
// Bytes: each value in order, little-endian, without padding or tags that the type already tells:
// bool 1 byte; integers and floats their width; char 4; string and list: u32 count, then bytes or
// elements; option: u8 present, value; result: u8 (0 ok, 1 err), value if the side has one; record,
// tuple: members; enum: u32; variant: u32 case, value if it has one; flags: one byte each.

// `json` is an array of one value for each parameter; an empty text counts as `[]`. Fails with
// bad-arguments: names position (or path within it), the type expected and what was found.
Result<std::string> encode_arguments(std::span<const Parameter> parameters, std::string_view json);

// A JSON array of the results. Fails with internal if the bytes do not fit the types.
Result<std::string> decode_results(std::span<const WitType> results, std::string_view bytes);

}  // namespace rockpool::engine
