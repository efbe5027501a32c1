// Writes why to stderr and aborts, as panics in other languages do: the reason reaches the log, not
// the caller.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  (void)out;
  log_line("panicked: the secret reason\n");
  abort();
}
