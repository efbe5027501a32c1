// Promises ten bytes and sends five (/short), fifteen (/long), or what it promised (any other
// path).
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  static const char kPromised[] = "10";
  static const char kBody[] = "0123456789abcde";
  char* target = target_of(request);
  size_t length = 10;
  if (path_ends_with(target, "short")) length = 5;
  if (path_ends_with(target, "long")) length = 15;
  free(target);
  Fields headers = headers_of_type("text/plain");
  append_header(headers, "content-length", strlen("content-length"), kPromised, strlen(kPromised),
                NULL);
  Answer answer = begin_answer(out, 200, headers);
  write_bytes(&answer, kBody, length);
  end_answer(answer);
}
