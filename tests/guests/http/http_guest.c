#include "http_guest.h"

#include <stdlib.h>
#include <string.h>

void exports_wasi_http_incoming_handler_handle(Request request, ResponseOut out) {
  handle(request, out);
}

Fields headers_of_type(const char* content_type) {
  Fields headers = wasi_http_types_constructor_fields();
  append_header(headers, "content-type", strlen("content-type"), content_type, strlen(content_type),
                NULL);
  return headers;
}

bool append_header(Fields headers, const char* name, size_t name_length, const void* value,
                   size_t value_length, wasi_http_types_header_error_t* why) {
  wasi_http_types_field_name_t field_name = {(uint8_t*)name, name_length};
  wasi_http_types_field_value_t field_value = {(uint8_t*)value, value_length};
  wasi_http_types_header_error_t error;
  bool accepted = wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(headers),
                                                       &field_name, &field_value, &error);
  if (!accepted && why != NULL) *why = error;
  return accepted;
}

Answer begin_answer(ResponseOut out, uint16_t status, Fields headers) {
  wasi_http_types_own_outgoing_response_t response =
      wasi_http_types_constructor_outgoing_response(headers);
  wasi_http_types_borrow_outgoing_response_t borrowed =
      wasi_http_types_borrow_outgoing_response(response);
  wasi_http_types_method_outgoing_response_set_status_code(borrowed, status);
  Answer answer;
  wasi_http_types_method_outgoing_response_body(borrowed, &answer.body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(answer.body),
                                             &answer.stream);
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false,
                                                                      .val.ok = response};
  wasi_http_types_static_response_outparam_set(out, &result);
  return answer;
}

Answer begin_text(ResponseOut out) {
  return begin_answer(out, 200, headers_of_type("text/plain"));
}

void wait_for(wasi_io_poll_own_pollable_t pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

bool write_bytes(const Answer* answer, const void* bytes, size_t length) {
  wasi_io_streams_borrow_output_stream_t stream =
      wasi_io_streams_borrow_output_stream(answer->stream);
  const uint8_t* next = bytes;
  while (length > 0) {
    uint64_t permitted = 0;
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_check_write(stream, &permitted, &error)) return false;
    if (permitted == 0) {
      wait_for(wasi_io_streams_method_output_stream_subscribe(stream));
      continue;
    }
    size_t now = permitted < length ? (size_t)permitted : length;
    http_list_u8_t contents = {(uint8_t*)next, now};
    if (!wasi_io_streams_method_output_stream_write(stream, &contents, &error)) return false;
    next += now;
    length -= now;
  }
  return true;
}

bool write_text(const Answer* answer, const char* text) {
  return write_bytes(answer, text, strlen(text));
}

bool write_number(const Answer* answer, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  return write_bytes(answer, digits + first, sizeof digits - first);
}

bool flush(const Answer* answer) {
  wasi_io_streams_stream_error_t error;
  return wasi_io_streams_method_output_stream_blocking_flush(
      wasi_io_streams_borrow_output_stream(answer->stream), &error);
}

bool end_answer(Answer answer) {
  wasi_io_streams_output_stream_drop_own(answer.stream);
  wasi_http_types_error_code_t error;
  return wasi_http_types_static_outgoing_body_finish(answer.body, NULL, &error);
}

void answer_text(ResponseOut out, const char* text) {
  Answer answer = begin_text(out);
  write_text(&answer, text);
  end_answer(answer);
}

char* target_of(Request request) {
  http_string_t target;
  if (!wasi_http_types_method_incoming_request_path_with_query(
          wasi_http_types_borrow_incoming_request(request), &target)) {
    return strdup("/");
  }
  char* text = strndup((const char*)target.ptr, target.len);
  http_string_free(&target);
  return text;
}

bool path_ends_with(const char* target, const char* name) {
  size_t path_length = strcspn(target, "?");
  size_t length = strlen(name);
  return path_length > length && target[path_length - length - 1] == '/' &&
         strncmp(target + path_length - length, name, length) == 0;
}

static const char* query_value(const char* target, const char* name) {
  size_t length = strlen(name);
  const char* parameter = strchr(target, '?');
  while (parameter != NULL) {
    ++parameter;
    if (strncmp(parameter, name, length) == 0 && parameter[length] == '=') {
      return parameter + length + 1;
    }
    parameter = strchr(parameter, '&');
  }
  return NULL;
}

uint64_t query_number(const char* target, const char* name, uint64_t otherwise) {
  const char* value = query_value(target, name);
  return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char* query_bytes(const char* target, const char* name, size_t* length) {
  const char* value = query_value(target, name);
  if (value == NULL) return NULL;
  size_t encoded = strcspn(value, "&");
  char* decoded = malloc(encoded + 1);
  size_t size = 0;
  for (size_t i = 0; i < encoded; ++i) {
    bool escaped = value[i] == '%' && i + 2 < encoded && hex_digit(value[i + 1]) >= 0 &&
                   hex_digit(value[i + 2]) >= 0;
    if (escaped) {
      decoded[size++] = (char)(hex_digit(value[i + 1]) * 16 + hex_digit(value[i + 2]));
      i += 2;
    } else {
      decoded[size++] = value[i];
    }
  }
  decoded[size] = '\0';
  *length = size;
  return decoded;
}

RequestBody open_body(Request request) {
  RequestBody opened;
  wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request),
                                                  &opened.body);
  wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(opened.body),
                                              &opened.stream);
  return opened;
}

bool read_chunk(const RequestBody* body, uint64_t at_most, http_list_u8_t* chunk) {
  wasi_io_streams_stream_error_t error;
  return wasi_io_streams_method_input_stream_blocking_read(
      wasi_io_streams_borrow_input_stream(body->stream), at_most, chunk, &error);
}

void close_body(RequestBody body) {
  wasi_io_streams_input_stream_drop_own(body.stream);
  wasi_http_types_incoming_body_drop_own(body.body);
}

void sleep_for_ms(uint64_t milliseconds) {
  wait_for(wasi_clocks_monotonic_clock_subscribe_duration(milliseconds * 1000000));
}

void log_line(const char* text) {
  wasi_io_streams_own_output_stream_t stream = wasi_cli_stderr_get_stderr();
  http_list_u8_t contents = {(uint8_t*)text, strlen(text)};
  wasi_io_streams_stream_error_t error;
  wasi_io_streams_method_output_stream_blocking_write_and_flush(
      wasi_io_streams_borrow_output_stream(stream), &contents, &error);
  wasi_io_streams_output_stream_drop_own(stream);
}
