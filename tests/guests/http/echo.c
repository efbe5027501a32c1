// Sends each chunk of the request's body back before it reads the next: bodies stream both ways,
// with back-pressure.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  RequestBody body = open_body(request);
  Answer answer = begin_answer(out, 200, headers_of_type("application/octet-stream"));
  http_list_u8_t chunk;
  while (read_chunk(&body, 64 * 1024, &chunk)) {
    bool taken = write_bytes(&answer, chunk.ptr, chunk.len) && flush(&answer);
    http_list_u8_free(&chunk);
    if (!taken) break;
  }
  close_body(body);
  end_answer(answer);
}
