// Answers with the line `Status: ` and the rest of the query, percent-decoded.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  const char* encoded = query_tail("status", "200%20OK");
  char* status = malloc(strlen(encoded) + 1);
  size_t length = percent_decode(encoded, status);
  printf("Status: %.*s\nContent-Type: text/plain\n\nas asked", (int)length, status);
  return 0;
}
