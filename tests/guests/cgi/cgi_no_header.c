// Writes a text without a header block: not an answer.
#include <stdio.h>

int main(void) {
  fputs("this is no header\n\nnor is this", stdout);
  return 0;
}
