#include <cstdint>
#include <cstdlib>

#include "http/syntax/head_parser.h"

namespace rockpool::http {
namespace {

constexpr HeadLimits kLimits{.max_bytes = 4096, .max_fields = 16};

bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void require(bool holds) {
  if (!holds) std::abort();
}

// What a head must be for the floors above to trust it.
void check_parsed(const Request& request, std::string_view head) {
  require(lies_within(request.method, head) && is_token(request.method));
  require(lies_within(request.target, head));
  require(request.fields.size() <= kLimits.max_fields);
  for (const Field& field : request.fields) {
    require(lies_within(field.name, head) && is_token(field.name));
    require(lies_within(field.value, head) && is_field_value(field.value));
  }
  require(!(request.chunked && request.content_length));
  require(request.version == Version::Http10 || request.find("host"));
  require(head.ends_with("\r\n\r\n"));
}

void check(std::string_view text) {
  Request request;
  auto size = parse_head(text, kLimits, request);
  if (!size || !*size) return;
  check_parsed(request, text.substr(0, **size));
  // However it arrives: incomplete before the last byte, and then found worth another try.
  auto shorter = parse_head(text.substr(0, **size - 1), kLimits, request);
  require(shorter && !*shorter);
  require(may_hold_whole_head(text.substr(0, **size), **size - 1));
}

}  // namespace
}  // namespace rockpool::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rockpool::http::check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
