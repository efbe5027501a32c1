// Waits ?ms= on the clock and then answers: a waiting guest costs no CPU, and its wall limit still
// holds.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  sleep_for_ms(query_number(target, "ms", 100));
  free(target);
  answer_text(out, "slept");
}
