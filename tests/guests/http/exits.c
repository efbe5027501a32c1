// Calls exit(?code=) without an answer: a handler cannot end more than its own request.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)out;
  exit((int)query_number(target_of(request), "code", 0));
}
