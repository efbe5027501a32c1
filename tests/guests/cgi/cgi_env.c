// Answers with its whole environment, a line each, and then its arguments: the meta-variables, and
// nothing of the host's.
#include <stdio.h>

extern char** environ;

int main(int argc, char** argv) {
  fputs("Content-Type: text/plain\n\n", stdout);
  for (char** variable = environ; *variable != NULL; ++variable) puts(*variable);
  for (int i = 0; i < argc; ++i) printf("argument %d: %s\n", i, argv[i]);
  return 0;
}
