// Sends its head and "partial", then spins: the CPU limit cuts the body off.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  Answer answer = begin_text(out);
  write_text(&answer, "partial");
  flush(&answer);
  for (volatile uint64_t turns = 0;; ++turns) {
  }
}
