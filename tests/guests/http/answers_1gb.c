// Sends ?bytes= bytes (1 GiB without it) in which byte n is n modulo 251: a slow reader holds it
// back, not the server up.
#include <stdlib.h>

#include "http_guest.h"

enum { kPeriod = 251, kPeriods = 256 };

void handle(Request request, ResponseOut out) {
  static uint8_t pattern[kPeriod * kPeriods];
  char* target = target_of(request);
  uint64_t left = query_number(target, "bytes", 1 << 30);
  free(target);
  for (size_t i = 0; i < sizeof pattern; ++i) pattern[i] = (uint8_t)(i % kPeriod);
  Answer answer = begin_answer(out, 200, headers_of_type("application/octet-stream"));
  while (left > 0) {
    size_t now = left < sizeof pattern ? (size_t)left : sizeof pattern;
    if (!write_bytes(&answer, pattern, now)) break;
    left -= now;
  }
  end_answer(answer);
}
