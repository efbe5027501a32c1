// Writes ?lines= lines to stderr as fast as it can and then answers: what is cut off is counted.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t lines = query_number(target, "lines", 100000);
  free(target);
  for (uint64_t line = 0; line < lines; ++line) {
    log_line("a line of the flood, long enough to add up quickly\n");
  }
  answer_text(out, "flooded");
}
