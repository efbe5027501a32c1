// Writes header lines without end: the host gives up long before its memory does.
#include <stdio.h>

int main(void) {
  for (unsigned line = 0;; ++line) {
    if (printf("X-Line-%u: filling\n", line) < 0) return 1;
  }
}
