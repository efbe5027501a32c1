// Returns with its body neither ended nor dropped: what was sent must not look complete.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  Answer answer = begin_text(out);
  write_text(&answer, "partial");
  flush(&answer);
}
