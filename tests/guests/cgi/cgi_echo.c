// Copies stdin to stdout as it arrives: bodies stream both ways through a command, too.
#include <unistd.h>

static int write_all(const char* bytes, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, (size_t)length);
    if (written <= 0) return 0;
    bytes += written;
    length -= written;
  }
  return 1;
}

int main(void) {
  static const char kHead[] = "Content-Type: application/octet-stream\n\n";
  static char chunk[64 * 1024];
  if (!write_all(kHead, sizeof kHead - 1)) return 1;
  for (;;) {
    ssize_t length = read(STDIN_FILENO, chunk, sizeof chunk);
    if (length <= 0) return length == 0 ? 0 : 1;
    if (!write_all(chunk, length)) return 1;
  }
}
