// Calls http://{?name=}.rockpool.internal with its own query and says how deep that went: "N calls
// deep: ERROR" where the innermost call got that error of wasi:http, or "status S" where one was
// refused.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"
#include "wasi_error_codes.h"

static wasi_http_types_own_outgoing_request_t request_to(const char* name, const char* query) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrowed =
      wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_scheme(borrowed, &scheme);
  char authority[128];
  snprintf(authority, sizeof authority, "%s.rockpool.internal", name);
  http_string_t authority_text;
  http_string_dup(&authority_text, authority);
  wasi_http_types_method_outgoing_request_set_authority(borrowed, &authority_text);
  char path[256];
  snprintf(path, sizeof path, "/%s", query);
  http_string_t path_text;
  http_string_dup(&path_text, path);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrowed, &path_text);
  return request;
}

// The first piece of the body as a number; what it begins with.
static unsigned long first_number(wasi_http_types_borrow_incoming_response_t response, char* rest,
                                  size_t size) {
  RequestBody body;
  wasi_http_types_method_incoming_response_consume(response, &body.body);
  wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body.body),
                                              &body.stream);
  char text[256];
  size_t length = 0;
  http_list_u8_t piece;
  while (read_chunk(&body, sizeof text, &piece)) {
    size_t taken = piece.len < sizeof text - 1 - length ? piece.len : sizeof text - 1 - length;
    memcpy(text + length, piece.ptr, taken);
    length += taken;
    http_list_u8_free(&piece);
  }
  text[length] = '\0';
  close_body(body);
  char* end = text;
  unsigned long number = strtoul(text, &end, 10);
  snprintf(rest, size, "%s", end);
  return number;
}

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  size_t length = 0;
  char* name = query_bytes(target, "name", &length);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_types_error_code_t error;
  wasi_http_outgoing_handler_handle(request_to(name, strchr(target, '?')), NULL, &future, &error);
  wasi_http_types_borrow_future_incoming_response_t borrowed =
      wasi_http_types_borrow_future_incoming_response(future);
  wait_for(wasi_http_types_method_future_incoming_response_subscribe(borrowed));
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_method_future_incoming_response_get(borrowed, &got);
  char text[256];
  if (got.val.ok.is_err) {
    snprintf(text, sizeof text, "0 calls deep: %s", kErrorCodes[got.val.ok.val.err.tag]);
    answer_text(out, text);
    return;
  }
  wasi_http_types_borrow_incoming_response_t response =
      wasi_http_types_borrow_incoming_response(got.val.ok.val.ok);
  unsigned status = wasi_http_types_method_incoming_response_status(response);
  if (status != 200) {
    snprintf(text, sizeof text, "status %u", status);
  } else {
    char rest[200];
    unsigned long inner = first_number(response, rest, sizeof rest);
    snprintf(text, sizeof text, "%lu%s", inner + 1, rest);
  }
  answer_text(out, text);
}
