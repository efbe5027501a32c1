// Fills the body of an answer that it never hands over, and waits for room: nothing can ever wake
// it but its limit.
#include "http_guest.h"

static const uint8_t kFilling[4096];

void handle(Request request, ResponseOut out) {
  (void)request;
  (void)out;
  wasi_http_types_own_outgoing_response_t response =
      wasi_http_types_constructor_outgoing_response(headers_of_type("text/plain"));
  Answer never_sent;
  wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(response),
                                                &never_sent.body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(never_sent.body),
                                             &never_sent.stream);
  while (write_bytes(&never_sent, kFilling, sizeof kFilling)) {
  }
  __builtin_trap();
}
