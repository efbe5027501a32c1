// A wasi:cli/run component that answers with a meta-variable and its stdin.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  const char* method = getenv("REQUEST_METHOD");
  printf("Content-Type: text/plain\n\n%s ", method == NULL ? "?" : method);
  char chunk[4096];
  for (;;) {
    ssize_t length = read(STDIN_FILENO, chunk, sizeof chunk);
    if (length <= 0) return length == 0 ? 0 : 1;
    fwrite(chunk, 1, (size_t)length, stdout);
  }
}
