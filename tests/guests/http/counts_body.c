// Reads the whole request body, waiting ?ms= before each chunk, and answers with its length in
// bytes.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t pause_ms = query_number(target, "ms", 0);
  free(target);
  RequestBody body = open_body(request);
  uint64_t bytes = 0;
  http_list_u8_t chunk;
  for (;;) {
    if (pause_ms > 0) sleep_for_ms(pause_ms);
    if (!read_chunk(&body, 64 * 1024, &chunk)) break;
    bytes += chunk.len;
    http_list_u8_free(&chunk);
  }
  close_body(body);
  Answer answer = begin_text(out);
  write_number(&answer, bytes);
  end_answer(answer);
}
