// Does what its arguments say, one after another: how a command may answer and end.
//   print TEXT | fill BYTES | bytes HEX | log TEXT | read | exit CODE | trap | spin
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* next(int* at, int argc, char** argv) {
  if (*at + 1 >= argc) abort();
  return argv[++*at];
}

int main(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) {
    const char* order = argv[i];
    if (strcmp(order, "print") == 0) {
      fputs(next(&i, argc, argv), stdout);
    } else if (strcmp(order, "fill") == 0) {
      for (long n = strtol(next(&i, argc, argv), NULL, 10); n > 0; --n) putchar('x');
    } else if (strcmp(order, "bytes") == 0) {
      const char* hex = next(&i, argc, argv);
      for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        char digits[3] = {hex[0], hex[1], '\0'};
        putchar((int)strtol(digits, NULL, 16));
      }
    } else if (strcmp(order, "log") == 0) {
      fprintf(stderr, "%s\n", next(&i, argc, argv));
    } else if (strcmp(order, "read") == 0) {
      printf("stdin %s", getchar() == EOF ? "is empty" : "has something");
    } else if (strcmp(order, "exit") == 0) {
      exit((int)strtol(next(&i, argc, argv), NULL, 10));
    } else if (strcmp(order, "trap") == 0) {
      fflush(stdout);
      __builtin_trap();
    } else if (strcmp(order, "spin") == 0) {
      fflush(stdout);
      for (volatile int forever = 1; forever;) {
      }
    }
  }
  return 0;
}
