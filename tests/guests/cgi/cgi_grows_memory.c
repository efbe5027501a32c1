// Allocates and touches 1 MiB at a time until malloc fails, and answers with how many it got.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  unsigned mebibytes = 0;
  for (;;) {
    volatile char* piece = malloc(1 << 20);
    if (piece == NULL) break;
    for (int at = 0; at < 1 << 20; at += 4096) piece[at] = 0x5A;
    ++mebibytes;
  }
  printf("Content-Type: text/plain\n\n%u", mebibytes);
  return 0;
}
