// Calls itself without end: the stack limit is a trap, not a crash.
#include <stdio.h>

static volatile int depth_limit = -1;

// The volatile read after the call keeps it from becoming a loop; nothing of it lies in linear
// memory.
__attribute__((noinline)) static int recurse(int depth) {
  if (depth == depth_limit) return depth;
  return recurse(depth + 1) ^ depth_limit;
}

int main(void) {
  printf("Content-Type: text/plain\n\n%d", recurse(0));
  return 0;
}
