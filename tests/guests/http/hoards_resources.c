// Makes ?count= header maps and drops none, then answers: how many handles a call may hold is
// limited.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t count = query_number(target, "count", 100000);
  free(target);
  for (uint64_t i = 0; i < count; ++i) wasi_http_types_constructor_fields();
  answer_text(out, "hoarded");
}
