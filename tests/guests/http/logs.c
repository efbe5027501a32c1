// Writes "to stdout" and "to stderr" and answers: both reach the log by lines, neither the caller.
#include <string.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  wasi_io_streams_own_output_stream_t stream = wasi_cli_stdout_get_stdout();
  http_list_u8_t contents = {(uint8_t*)"to stdout\n", strlen("to stdout\n")};
  wasi_io_streams_stream_error_t error;
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(stream), &contents, &error);
  wasi_io_streams_output_stream_drop_own(stream);
  log_line("to stderr\n");
  answer_text(out, "logged");
}
