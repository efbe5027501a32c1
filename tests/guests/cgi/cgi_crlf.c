// Ends its header lines with CR LF, which counts as well as LF alone.
#include <stdio.h>

int main(void) {
  fputs("Content-Type: text/plain\r\nX-Line-End: crlf\r\n\r\nline one\r\nline two\n", stdout);
  return 0;
}
