// Sends {?count=} requests to http://{?authority=}/{?query=}, the last to {?last=} if that is
// given, and waits for the last answer alone. Says "status S" or "error: CODE"; ?trap=1 traps then.
#include <stdio.h>
#include <stdlib.h>

#include "http_guest.h"
#include "wasi_error_codes.h"

typedef wasi_http_outgoing_handler_own_future_incoming_response_t Future;

static Future send_to(const char* target, const char* authority_key) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t borrowed =
      wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_scheme(borrowed, &scheme);
  http_string_t authority = {NULL, 0};
  authority.ptr = (uint8_t*)query_bytes(target, authority_key, &authority.len);
  wasi_http_types_method_outgoing_request_set_authority(borrowed, &authority);
  char text[128] = "/";
  size_t length = 0;
  char* query = query_bytes(target, "query", &length);
  if (query != NULL) snprintf(text, sizeof text, "/?%.*s", (int)length, query);
  http_string_t path;
  http_string_dup(&path, text);
  wasi_http_types_method_outgoing_request_set_path_with_query(borrowed, &path);
  Future future;
  wasi_http_types_error_code_t error;
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &error)) __builtin_trap();
  return future;
}

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  size_t length = 0;
  bool has_last = query_bytes(target, "last", &length) != NULL;
  uint64_t count = query_number(target, "count", 1);
  for (uint64_t i = 1; i < count; ++i) send_to(target, "authority");
  Future last = send_to(target, has_last ? "last" : "authority");

  wasi_http_types_borrow_future_incoming_response_t borrowed =
      wasi_http_types_borrow_future_incoming_response(last);
  wait_for(wasi_http_types_method_future_incoming_response_subscribe(borrowed));
  if (query_number(target, "trap", 0) == 1) __builtin_trap();
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_method_future_incoming_response_get(borrowed, &got);
  char text[64];
  if (got.val.ok.is_err) {
    snprintf(text, sizeof text, "error: %s", kErrorCodes[got.val.ok.val.err.tag]);
  } else {
    wasi_http_types_borrow_incoming_response_t response =
        wasi_http_types_borrow_incoming_response(got.val.ok.val.ok);
    snprintf(text, sizeof text, "status %u",
             wasi_http_types_method_incoming_response_status(response));
  }
  answer_text(out, text);
}
