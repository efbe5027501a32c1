// Puts ?value=, percent-decoded, into a header's value, as careless code does: the caller sees one
// answer only.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  const char* encoded =
      query_tail("value", "a%0D%0A%0D%0AHTTP/1.1%20200%20OK%0D%0AContent-Length:%201%0D%0A%0D%0Ax");
  char* value = malloc(strlen(encoded) + 1);
  size_t length = percent_decode(encoded, value);
  fputs("Content-Type: text/plain\r\nX-Value: ", stdout);
  fwrite(value, 1, length, stdout);
  fputs("\r\n\r\nbody", stdout);
  return 0;
}
