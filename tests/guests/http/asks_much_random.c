// Asks for ?bytes= random bytes in one call, and answers with how many it got.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t bytes = query_number(target, "bytes", 64 << 20);
  free(target);
  http_list_u8_t random;
  wasi_random_random_get_random_bytes(bytes, &random);
  Answer answer = begin_text(out);
  write_number(&answer, random.len);
  end_answer(answer);
}
