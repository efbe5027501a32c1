#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rockpool::web {

// Makes ids for requests and W3C traces. A reactor uses its own index, so nothing is shared.
//
// Ids are unique within the process, unlikely to meet between processes, and no secret.
class RequestIds {
 public:
  explicit RequestIds(std::size_t reactors);

  // 13 characters: short enough for std::string to hold without allocating.
  std::string next(std::size_t reactor);
  // A `traceparent` of a new trace (W3C Trace Context, section 3.2), not sampled.
  std::string next_traceparent(std::size_t reactor);

 private:
  // A cache line each, as every request counts one up.
  struct alignas(64) Sequence {
    std::uint64_t next = 0;
  };

  std::uint64_t next_number(std::size_t reactor);

  std::vector<Sequence> sequences_;
};

// Whether a caller's id is taken over: `[A-Za-z0-9._-]{1,128}`.
bool is_request_id(std::string_view text);

// Whether a caller's `traceparent` is valid (W3C Trace Context section 3.2.2), of any version.
bool is_traceparent(std::string_view text);
// The 32 hexadecimal digits of a valid `traceparent` that name the trace.
std::string_view trace_id_of(std::string_view traceparent);

}  // namespace rockpool::web
