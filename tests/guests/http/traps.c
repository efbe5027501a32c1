// Executes `unreachable` before it answers: one request fails, the server does not.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  (void)out;
  __builtin_trap();
}
