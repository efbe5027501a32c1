// Sends the request's body back as it arrives, with its content type: a body of any size needs the
// memory of one chunk.
#include <string.h>

#include "http.h"

enum { kChunkBytes = 64 * 1024 };

typedef wasi_http_types_borrow_incoming_request_t Request;
typedef wasi_io_streams_borrow_input_stream_t Input;
typedef wasi_io_streams_borrow_output_stream_t Output;

static wasi_http_types_own_fields_t headers_like(Request request) {
  wasi_http_types_own_fields_t headers = wasi_http_types_constructor_fields();
  wasi_http_types_field_name_t name = {(uint8_t*)"content-type", strlen("content-type")};
  wasi_http_types_own_fields_t sent = wasi_http_types_method_incoming_request_headers(request);
  wasi_http_types_list_field_value_t types;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(sent), &name, &types);
  if (types.len > 0) {
    wasi_http_types_header_error_t error;
    wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(headers), &name,
                                         &types.ptr[0], &error);
  }
  wasi_http_types_list_field_value_free(&types);
  wasi_http_types_fields_drop_own(sent);
  return headers;
}

// Writes what the stream permits and waits for room for the rest. False if the caller has gone.
static bool write_all(Output output, const uint8_t* bytes, size_t length) {
  wasi_io_streams_stream_error_t error;
  while (length > 0) {
    uint64_t permitted = 0;
    if (!wasi_io_streams_method_output_stream_check_write(output, &permitted, &error)) return false;
    if (permitted == 0) {
      wasi_io_poll_own_pollable_t room = wasi_io_streams_method_output_stream_subscribe(output);
      wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(room));
      wasi_io_poll_pollable_drop_own(room);
      continue;
    }
    size_t now = permitted < length ? (size_t)permitted : length;
    http_list_u8_t part = {(uint8_t*)bytes, now};
    if (!wasi_io_streams_method_output_stream_write(output, &part, &error)) return false;
    bytes += now;
    length -= now;
  }
  return wasi_io_streams_method_output_stream_blocking_flush(output, &error);
}

static void copy(Input input, Output output) {
  wasi_io_streams_stream_error_t error;
  http_list_u8_t chunk;
  bool taken = true;
  while (taken &&
         wasi_io_streams_method_input_stream_blocking_read(input, kChunkBytes, &chunk, &error)) {
    taken = write_all(output, chunk.ptr, chunk.len);
    http_list_u8_free(&chunk);
  }
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t out) {
  Request borrowed = wasi_http_types_borrow_incoming_request(request);
  wasi_http_types_own_outgoing_response_t response =
      wasi_http_types_constructor_outgoing_response(headers_like(borrowed));
  wasi_http_types_own_outgoing_body_t sent_body;
  wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(response),
                                                &sent_body);
  wasi_http_types_result_own_outgoing_response_error_code_t answer = {.is_err = false,
                                                                      .val.ok = response};
  wasi_http_types_static_response_outparam_set(out, &answer);

  wasi_http_types_own_incoming_body_t read_body;
  wasi_io_streams_own_input_stream_t input;
  wasi_io_streams_own_output_stream_t output;
  wasi_http_types_method_incoming_request_consume(borrowed, &read_body);
  wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(read_body),
                                              &input);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(sent_body),
                                             &output);
  copy(wasi_io_streams_borrow_input_stream(input), wasi_io_streams_borrow_output_stream(output));

  wasi_io_streams_input_stream_drop_own(input);
  wasi_http_types_incoming_body_drop_own(read_body);
  wasi_io_streams_output_stream_drop_own(output);
  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(sent_body, NULL, &error);
  wasi_http_types_incoming_request_drop_own(request);
}
