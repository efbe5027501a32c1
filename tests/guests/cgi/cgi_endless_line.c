// Writes 1 MiB to stderr without a line end: the log takes it in pieces.
#include <stdio.h>
#include <string.h>

int main(void) {
  static char piece[4096];
  memset(piece, 'a', sizeof piece);
  for (int i = 0; i < 256; ++i) fwrite(piece, 1, sizeof piece, stderr);
  fputs("Content-Type: text/plain\n\nwritten", stdout);
  return 0;
}
