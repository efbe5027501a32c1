// The smallest answer: a content type, an empty line, thirteen bytes.
#include <stdio.h>

int main(void) {
  fputs("Content-Type: text/plain\n\nHello, world!", stdout);
  return 0;
}
