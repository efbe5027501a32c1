// Computes for ?ms= milliseconds by the clock, then answers: work that is longer than a tick and
// within its limits.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t end = wasi_clocks_monotonic_clock_now() + query_number(target, "ms", 10) * 1000000;
  free(target);
  while (wasi_clocks_monotonic_clock_now() < end) {
    for (volatile int turns = 0; turns < 10000; ++turns) {
    }
  }
  answer_text(out, "done");
}
