// A command that takes text arguments: greets, and tells each of its arguments; there is no
// program's name.
#include <stdio.h>

int main(int argc, char** argv) {
  puts("hello");
  for (int i = 0; i < argc; ++i) printf("%d: %s\n", i, argv[i]);
  return 0;
}
