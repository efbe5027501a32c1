// Sends ?count= headers of ?bytes= each: an answer's head is bounded too.
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint64_t count = query_number(target, "count", 1);
  size_t bytes = (size_t)query_number(target, "bytes", 1);
  free(target);
  char* value = malloc(bytes);
  memset(value, 'v', bytes);
  Fields headers = headers_of_type("text/plain");
  for (uint64_t i = 0; i < count; ++i) {
    append_header(headers, "x-filling", strlen("x-filling"), value, bytes, NULL);
  }
  free(value);
  Answer answer = begin_answer(out, 200, headers);
  write_text(&answer, "sent");
  end_answer(answer);
}
