// Answers with a random number, the wall clock's seconds and the monotonic clock: these need no
// grant.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  wasi_clocks_wall_clock_datetime_t now;
  wasi_clocks_wall_clock_now(&now);
  Answer answer = begin_text(out);
  write_number(&answer, wasi_random_random_get_random_u64());
  write_text(&answer, "\n");
  write_number(&answer, now.seconds);
  write_text(&answer, "\n");
  write_number(&answer, wasi_clocks_monotonic_clock_now());
  write_text(&answer, "\n");
  end_answer(answer);
}
