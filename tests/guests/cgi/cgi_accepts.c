// Tries to accept connections on each descriptor it might have been given, and answers with what it
// was told.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(void) {
  fputs("Content-Type: text/plain\n\n", stdout);
  for (int descriptor = 0; descriptor < 16; ++descriptor) {
    int accepted = accept(descriptor, NULL, NULL);
    printf("accept on %d: %s\n", descriptor, accepted >= 0 ? "GRANTED" : strerror(errno));
  }
  return 0;
}
