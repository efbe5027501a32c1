// Exits with ?code=, before any output, or with ?after=1 in the middle of its body.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  if (query_number("after", 0) != 0) {
    fputs("Content-Type: text/plain\n\npartial", stdout);
    fflush(stdout);
  }
  exit((int)query_number("code", 0));
}
