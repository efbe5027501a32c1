// A wasi:cli/run component that answers as a CGI program does.
#include <stdio.h>

int main(void) {
  fputs("Content-Type: text/plain\n\nHello from a command component", stdout);
  return 0;
}
