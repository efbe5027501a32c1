// Drops neither its request nor the headers that it takes out of it, and answers with the number of calls that its
// instance has served: calls of a kept instance that close nothing of what they open.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  static uint64_t calls = 0;
  wasi_http_types_method_incoming_request_headers(wasi_http_types_borrow_incoming_request(request));
  Answer answer = begin_text(out);
  write_number(&answer, ++calls);
  end_answer(answer);
}
