// Tries to open files, list folders and read from descriptors, and answers with what it was told:
// nothing is granted.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void report(const char* attempt, long result) {
  printf("%s: %s\n", attempt, result >= 0 ? "GRANTED" : strerror(errno));
}

static int list(const char* folder) {
  DIR* opened = opendir(folder);
  if (opened == NULL) return -1;
  closedir(opened);
  return 0;
}

int main(void) {
  fputs("Content-Type: text/plain\n\n", stdout);
  report("read /etc/passwd", open("/etc/passwd", O_RDONLY));
  report("read ../../etc/passwd", open("../../etc/passwd", O_RDONLY));
  report("write new", open("new", O_WRONLY | O_CREAT, 0600));
  report("write /tmp/new", open("/tmp/new", O_WRONLY | O_CREAT, 0600));
  report("list .", list("."));
  report("list /", list("/"));
  for (int descriptor = 3; descriptor < 16; ++descriptor) {
    char attempt[32];
    char byte;
    snprintf(attempt, sizeof attempt, "read from %d", descriptor);
    report(attempt, read(descriptor, &byte, 1));
  }
  return 0;
}
