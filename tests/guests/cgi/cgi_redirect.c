// Answers with `Location: ` and what ?to= says, percent-decoded: a path is a local redirect, an
// absolute URI the client's.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  const char* encoded = query_tail("to", "");
  char* location = malloc(strlen(encoded) + 1);
  size_t length = percent_decode(encoded, location);
  printf("Location: %.*s\n\n", (int)length, location);
  return 0;
}
