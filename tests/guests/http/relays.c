// Sends its request on to http://{?authority=}{?path=} with the same body, and streams the answer
// back: status, x-relayed-* fields and body, or "error: CODE". Both bodies move at once, so neither
// has to fit anywhere. ?give-up=1 drops the answer as soon as its head is there; ?first-byte-ms=
// and ?between-bytes-ms= are how long it waits.
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"
#include "wasi_error_codes.h"

typedef struct {
  RequestBody from;
  wasi_http_types_own_outgoing_body_t to_body;
  wasi_io_streams_own_output_stream_t to;
  http_list_u8_t piece;  // read and not written yet
  size_t written;        // of `piece`
  bool has_ended;
} Upload;

static void set_target(wasi_http_types_borrow_outgoing_request_t request, const char* target) {
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_POST};
  wasi_http_types_method_outgoing_request_set_method(request, &method);
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_scheme(request, &scheme);
  http_string_t authority = {NULL, 0};
  authority.ptr = (uint8_t*)query_bytes(target, "authority", &authority.len);
  wasi_http_types_method_outgoing_request_set_authority(request, &authority);
  http_string_t path = {NULL, 0};
  path.ptr = (uint8_t*)query_bytes(target, "path", &path.len);
  if (path.ptr == NULL) http_string_set(&path, "/");
  wasi_http_types_method_outgoing_request_set_path_with_query(request, &path);
}

static wasi_http_types_own_outgoing_request_t make_request(const char* target, Upload* upload) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(headers_of_type("application/octet-stream"));
  wasi_http_types_borrow_outgoing_request_t borrowed =
      wasi_http_types_borrow_outgoing_request(request);
  set_target(borrowed, target);
  wasi_http_types_method_outgoing_request_body(borrowed, &upload->to_body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(upload->to_body),
                                             &upload->to);
  return request;
}

static wasi_http_types_own_request_options_t make_options(const char* target) {
  wasi_http_types_own_request_options_t options = wasi_http_types_constructor_request_options();
  wasi_http_types_borrow_request_options_t borrowed =
      wasi_http_types_borrow_request_options(options);
  const uint64_t per_millisecond = 1000000;
  wasi_http_types_duration_t first = query_number(target, "first-byte-ms", 0) * per_millisecond;
  if (first != 0) wasi_http_types_method_request_options_set_first_byte_timeout(borrowed, &first);
  wasi_http_types_duration_t next = query_number(target, "between-bytes-ms", 0) * per_millisecond;
  if (next != 0) wasi_http_types_method_request_options_set_between_bytes_timeout(borrowed, &next);
  return options;
}

static void end_upload(Upload* upload) {
  if (upload->has_ended) return;
  upload->has_ended = true;
  wasi_io_streams_output_stream_drop_own(upload->to);
  wasi_http_types_error_code_t ignored;  // the answer tells what became of the request
  wasi_http_types_static_outgoing_body_finish(upload->to_body, NULL, &ignored);
}

// Moves what can be moved without waiting. True if there may be more at once.
static bool advance_upload(Upload* upload) {
  wasi_io_streams_stream_error_t error;
  if (upload->written == upload->piece.len) {
    http_list_u8_free(&upload->piece);
    upload->piece = (http_list_u8_t){NULL, 0};
    upload->written = 0;
    bool has_more = wasi_io_streams_method_input_stream_read(
        wasi_io_streams_borrow_input_stream(upload->from.stream), 65536, &upload->piece, &error);
    if (!has_more) end_upload(upload);
    if (!has_more || upload->piece.len == 0) return false;
  }
  wasi_io_streams_borrow_output_stream_t to = wasi_io_streams_borrow_output_stream(upload->to);
  uint64_t room = 0;
  if (!wasi_io_streams_method_output_stream_check_write(to, &room, &error)) {
    end_upload(upload);  // nobody reads it any more
    return false;
  }
  size_t left = upload->piece.len - upload->written;
  http_list_u8_t now = {upload->piece.ptr + upload->written, left < room ? left : (size_t)room};
  if (now.len == 0) return false;
  wasi_io_streams_method_output_stream_write(to, &now, &error);
  upload->written += now.len;
  return true;
}

static wasi_io_poll_own_pollable_t upload_pollable(const Upload* upload) {
  if (upload->written < upload->piece.len) {
    return wasi_io_streams_method_output_stream_subscribe(
        wasi_io_streams_borrow_output_stream(upload->to));
  }
  return wasi_io_streams_method_input_stream_subscribe(
      wasi_io_streams_borrow_input_stream(upload->from.stream));
}

// Waits until `awaited`, which it drops, or the upload can go on. True: `awaited`.
static bool wait_with(Upload* upload, wasi_io_poll_own_pollable_t awaited) {
  while (!upload->has_ended && advance_upload(upload)) {
  }
  if (upload->has_ended) {
    wait_for(awaited);
    return true;
  }
  wasi_io_poll_own_pollable_t other = upload_pollable(upload);
  wasi_io_poll_borrow_pollable_t both[] = {wasi_io_poll_borrow_pollable(awaited),
                                           wasi_io_poll_borrow_pollable(other)};
  wasi_io_poll_list_borrow_pollable_t list = {both, 2};
  http_list_u32_t ready;
  wasi_io_poll_poll(&list, &ready);
  bool is_awaited = ready.ptr[0] == 0;
  http_list_u32_free(&ready);
  wasi_io_poll_pollable_drop_own(other);
  wasi_io_poll_pollable_drop_own(awaited);
  return is_awaited;
}

static void answer_error(ResponseOut out, wasi_http_types_error_code_t error) {
  Answer answer = begin_text(out);
  write_text(&answer, "error: ");
  write_text(&answer, kErrorCodes[error.tag]);
  end_answer(answer);
}

static void relay_body(Upload* upload, wasi_http_types_borrow_incoming_response_t response,
                       Answer answer) {
  RequestBody body;
  wasi_http_types_method_incoming_response_consume(response, &body.body);
  wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body.body),
                                              &body.stream);
  wasi_io_streams_borrow_input_stream_t stream = wasi_io_streams_borrow_input_stream(body.stream);
  for (;;) {
    while (!wait_with(upload, wasi_io_streams_method_input_stream_subscribe(stream))) {
    }
    http_list_u8_t piece;
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_input_stream_read(stream, 65536, &piece, &error)) {
      if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) break;
      __builtin_trap();  // the callee broke off, and so does this
    }
    write_bytes(&answer, piece.ptr, piece.len);
    http_list_u8_free(&piece);
  }
  close_body(body);
  end_answer(answer);
}

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  Upload upload = {.from = open_body(request)};
  wasi_http_types_own_outgoing_request_t sent = make_request(target, &upload);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_types_error_code_t error;
  wasi_http_types_own_request_options_t options = make_options(target);
  if (!wasi_http_outgoing_handler_handle(sent, &options, &future, &error)) {
    answer_error(out, error);
    return;
  }
  wasi_http_types_borrow_future_incoming_response_t borrowed =
      wasi_http_types_borrow_future_incoming_response(future);
  while (!wait_with(&upload, wasi_http_types_method_future_incoming_response_subscribe(borrowed))) {
  }
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_method_future_incoming_response_get(borrowed, &got);
  if (got.val.ok.is_err) {
    end_upload(&upload);
    answer_error(out, got.val.ok.val.err);
    return;
  }
  if (query_number(target, "give-up", 0) == 1) {
    wasi_http_types_incoming_response_drop_own(got.val.ok.val.ok);
    end_upload(&upload);
    answer_text(out, "gave up");
    return;
  }
  wasi_http_types_borrow_incoming_response_t response =
      wasi_http_types_borrow_incoming_response(got.val.ok.val.ok);
  uint16_t status = wasi_http_types_method_incoming_response_status(response);
  relay_body(&upload, response, begin_answer(out, status, headers_of_type("text/plain")));
  end_upload(&upload);
}
