// Never answers and never yields: the CPU limit ends it, and its neighbours do not notice.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  (void)out;
  for (volatile uint64_t turns = 0;; ++turns) {
  }
}
