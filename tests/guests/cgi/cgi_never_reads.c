// Answers without a look at stdin, however much the caller sends.
#include <stdio.h>

int main(void) {
  fputs("Content-Type: text/plain\n\nunread", stdout);
  return 0;
}
