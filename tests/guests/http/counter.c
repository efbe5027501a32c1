// Answers with how many requests this instance has seen: 1 each time, unless instances are reused.
#include "http_guest.h"

static uint64_t seen;

void handle(Request request, ResponseOut out) {
  (void)request;
  Answer answer = begin_text(out);
  write_number(&answer, ++seen);
  end_answer(answer);
}
