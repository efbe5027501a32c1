// Writes its output as the query says, percent-decoded, byte for byte: any answer a test can think
// of.
#include <stdio.h>

#include "cgi_guest.h"

int main(void) {
  const char* encoded = query_tail("output", "");
  char* output = malloc(strlen(encoded) + 1);
  fwrite(output, 1, percent_decode(encoded, output), stdout);
  return 0;
}
