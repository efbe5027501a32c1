// Waits ?ms= before its first byte: a limit that ends it can still answer with a status.
#include <stdio.h>
#include <time.h>

#include "cgi_guest.h"

int main(void) {
  long ms = query_number("ms", 100);
  struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
  fputs("Content-Type: text/plain\n\nslept", stdout);
  return 0;
}
