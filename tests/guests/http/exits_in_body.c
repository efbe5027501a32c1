// Calls exit(?code=) after its head and "partial": whatever the code, the body must not look
// complete.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  Answer answer = begin_text(out);
  write_text(&answer, "partial");
  flush(&answer);
  exit((int)query_number(target_of(request), "code", 0));
}
