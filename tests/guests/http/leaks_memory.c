// Keeps 64 KiB more with each call and answers with the number of calls that its instance has served; traps if it does not
// get them.
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"

static char* volatile last;

void handle(Request request, ResponseOut out) {
  static uint64_t calls = 0;
  (void)request;
  last = malloc(64 << 10);
  if (last == NULL) __builtin_trap();
  memset(last, 1, 64 << 10);
  Answer answer = begin_text(out);
  write_number(&answer, ++calls);
  end_answer(answer);
}
