// Sends a GET to ?authority= and answers with the status it got, or the error code: egress is
// denied unless granted.
#include <stdlib.h>

#include "http_guest.h"
#include "wasi_error_codes.h"

static void answer_error(ResponseOut out, wasi_http_types_error_code_t error) {
  Answer answer = begin_text(out);
  write_text(&answer, "error: ");
  write_text(&answer, kErrorCodes[error.tag]);
  end_answer(answer);
}

static wasi_http_types_own_outgoing_request_t get_from(const char* target) {
  wasi_http_types_own_outgoing_request_t get =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(get);
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_scheme(borrowed, &scheme);
  http_string_t authority = {NULL, 0};
  authority.ptr = (uint8_t*)query_bytes(target, "authority", &authority.len);
  if (authority.ptr == NULL) http_string_dup(&authority, "127.0.0.1:9");
  wasi_http_types_method_outgoing_request_set_authority(borrowed, &authority);
  http_string_t path;
  http_string_set(&path, "/");
  wasi_http_types_method_outgoing_request_set_path_with_query(borrowed, &path);
  return get;
}

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_types_error_code_t error;
  bool sent = wasi_http_outgoing_handler_handle(get_from(target), NULL, &future, &error);
  free(target);
  if (!sent) {
    answer_error(out, error);
    return;
  }
  wasi_http_types_borrow_future_incoming_response_t borrowed =
      wasi_http_types_borrow_future_incoming_response(future);
  wait_for(wasi_http_types_method_future_incoming_response_subscribe(borrowed));
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_method_future_incoming_response_get(borrowed, &got);
  if (got.val.ok.is_err) {
    answer_error(out, got.val.ok.val.err);
    return;
  }
  wasi_http_types_borrow_incoming_response_t response =
      wasi_http_types_borrow_incoming_response(got.val.ok.val.ok);
  Answer answer = begin_text(out);
  write_text(&answer, "status: ");
  write_number(&answer, wasi_http_types_method_incoming_response_status(response));
  end_answer(answer);
}
