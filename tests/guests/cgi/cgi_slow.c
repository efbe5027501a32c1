// Sends "first\n", waits ?ms=, sends "rest\n": the first part leaves before the guest ends.
#include <stdio.h>
#include <time.h>

#include "cgi_guest.h"

int main(void) {
  long ms = query_number("ms", 100);
  struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  fputs("Content-Type: text/plain\n\nfirst\n", stdout);
  fflush(stdout);
  nanosleep(&pause, NULL);
  fputs("rest\n", stdout);
  return 0;
}
