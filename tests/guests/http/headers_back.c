// Answers with everything it sees of the request's head, a line each: what the host passes on, and
// what it withholds.
#include <stdlib.h>

#include "http_guest.h"

static const char* const kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                       "CONNECT", "OPTIONS", "TRACE", "PATCH"};

static void write_line(const Answer* answer, const char* label, const void* value, size_t length) {
  write_text(answer, label);
  write_text(answer, ": ");
  write_bytes(answer, value, length);
  write_text(answer, "\n");
}

static void write_optional(const Answer* answer, const char* label, bool known,
                           http_string_t* value) {
  if (!known) return;
  write_line(answer, label, value->ptr, value->len);
  http_string_free(value);
}

static void write_method(const Answer* answer, wasi_http_types_borrow_incoming_request_t request) {
  wasi_http_types_method_t method;
  wasi_http_types_method_incoming_request_method(request, &method);
  write_text(answer, "method: ");
  if (method.tag == WASI_HTTP_TYPES_METHOD_OTHER) {
    write_bytes(answer, method.val.other.ptr, method.val.other.len);
  } else {
    write_text(answer, kMethods[method.tag]);
  }
  write_text(answer, "\n");
}

static void write_scheme(const Answer* answer, wasi_http_types_borrow_incoming_request_t request) {
  wasi_http_types_scheme_t scheme;
  if (!wasi_http_types_method_incoming_request_scheme(request, &scheme)) return;
  write_text(answer, "scheme: ");
  if (scheme.tag == WASI_HTTP_TYPES_SCHEME_OTHER) {
    write_bytes(answer, scheme.val.other.ptr, scheme.val.other.len);
  } else {
    write_text(answer, scheme.tag == WASI_HTTP_TYPES_SCHEME_HTTPS ? "https" : "http");
  }
  write_text(answer, "\n");
}

static void write_headers(const Answer* answer, wasi_http_types_borrow_incoming_request_t request) {
  Fields headers = wasi_http_types_method_incoming_request_headers(request);
  wasi_http_types_list_tuple2_field_name_field_value_t entries;
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(headers), &entries);
  for (size_t i = 0; i < entries.len; ++i) {
    write_text(answer, "header ");
    write_bytes(answer, entries.ptr[i].f0.ptr, entries.ptr[i].f0.len);
    write_text(answer, ": ");
    write_bytes(answer, entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
    write_text(answer, "\n");
  }
  wasi_http_types_fields_drop_own(headers);
}

void handle(Request request, ResponseOut out) {
  wasi_http_types_borrow_incoming_request_t borrowed =
      wasi_http_types_borrow_incoming_request(request);
  Answer answer = begin_text(out);
  http_string_t text;
  write_method(&answer, borrowed);
  write_optional(&answer, "path",
                 wasi_http_types_method_incoming_request_path_with_query(borrowed, &text), &text);
  write_scheme(&answer, borrowed);
  write_optional(&answer, "authority",
                 wasi_http_types_method_incoming_request_authority(borrowed, &text), &text);
  write_headers(&answer, borrowed);
  end_answer(answer);
}
