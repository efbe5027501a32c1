// Traps once its head and "partial" have left: the body must not look complete.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  Answer answer = begin_text(out);
  write_text(&answer, "partial");
  flush(&answer);
  __builtin_trap();
}
