// Sends ?count= lines, ?ms= apart, each flushed: bytes reach the caller when they are written, not
// at the end.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t count = query_number(target, "count", 3);
  uint64_t pause_ms = query_number(target, "ms", 10);
  free(target);
  Answer answer = begin_text(out);
  for (uint64_t line = 1; line <= count; ++line) {
    write_number(&answer, line);
    write_text(&answer, "\n");
    if (!flush(&answer)) break;
    if (line < count) sleep_for_ms(pause_ms);
  }
  end_answer(answer);
}
