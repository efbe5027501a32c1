// The Fibonacci number that argv[0] names, which works where values without keys are arguments
// themselves.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  char* end;
  uint64_t n = argc == 1 ? strtoull(argv[0], &end, 10) : 0;
  if (argc != 1 || end == argv[0] || *end != '\0') {
    fprintf(stderr, "a number is wanted, not %s\n", argc > 0 ? argv[0] : "nothing");
    return 1;
  }
  uint64_t a = 0, b = 1;
  for (uint64_t i = 0; i < n; ++i) {
    uint64_t sum = a + b;
    a = b;
    b = sum;
  }
  printf("%llu\n", (unsigned long long)a);
  return 0;
}
