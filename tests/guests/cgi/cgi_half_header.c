// Ends in the middle of its header block: not an answer.
#include <stdio.h>

int main(void) {
  fputs("Content-Type: text/plain\nX-Half", stdout);
  return 0;
}
