// Writes control characters, a terminal escape and bytes that are no UTF-8 to stderr: the log shows
// them, harmless.
#include <stdio.h>

int main(void) {
  static const char kHostile[] =
      "red \x1b[31m bell \a nul \0 back \b tab \t cr \r del \x7f csi \xc2\x9b bad \xff end\n";
  fwrite(kHostile, 1, sizeof kHostile - 1, stderr);
  fputs("Content-Type: text/plain\n\nescaped", stdout);
  return 0;
}
