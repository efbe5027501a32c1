// Spins in a constructor, which runs when it is instantiated: limits hold before the handler is
// entered.
#include "http_guest.h"

__attribute__((constructor)) static void spin(void) {
  for (volatile uint64_t turns = 0;; ++turns) {
  }
}

void handle(Request request, ResponseOut out) {
  (void)request;
  answer_text(out, "unreachable");
}
