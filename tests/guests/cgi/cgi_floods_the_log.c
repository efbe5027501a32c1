// Writes ?lines= numbered lines to stderr as fast as it can and then answers: what is cut off is
// counted.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  long lines = query_number("lines", 100000);
  for (long line = 1; line <= lines; ++line) {
    fprintf(stderr, "line %ld of the flood, long enough to add up quickly\n", line);
  }
  fputs("Content-Type: text/plain\n\nflooded", stdout);
  return 0;
}
