// Ends its body with the trailer x-checksum: the body arrives whole whether trailers are passed on
// or dropped.
#include <string.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  Answer answer = begin_text(out);
  write_text(&answer, "with trailers");
  wasi_io_streams_output_stream_drop_own(answer.stream);
  Fields trailers = wasi_http_types_constructor_fields();
  append_header(trailers, "x-checksum", strlen("x-checksum"), "1234", strlen("1234"), NULL);
  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(answer.body, &trailers, &error);
}
