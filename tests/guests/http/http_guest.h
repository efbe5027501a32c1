// What the http guests of this folder share: each defines `handle`, and says only what is special
// about it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

typedef exports_wasi_http_incoming_handler_own_incoming_request_t Request;
typedef exports_wasi_http_incoming_handler_own_response_outparam_t ResponseOut;
typedef wasi_http_types_own_fields_t Fields;

// Defined by each guest.
void handle(Request request, ResponseOut out);

// An answer whose head is sent and whose body is being written.
typedef struct {
  wasi_http_types_own_outgoing_body_t body;
  wasi_io_streams_own_output_stream_t stream;
} Answer;

// Headers with only a content-type.
Fields headers_of_type(const char* content_type);
// False if the host refuses the name or the value; `why` may be NULL.
bool append_header(Fields headers, const char* name, size_t name_length, const void* value,
                   size_t value_length, wasi_http_types_header_error_t* why);

Answer begin_answer(ResponseOut out, uint16_t status, Fields headers);
Answer begin_text(ResponseOut out);

// These wait until the host took all the bytes. False if nobody takes them any more.
bool write_bytes(const Answer* answer, const void* bytes, size_t length);
bool write_text(const Answer* answer, const char* text);
bool write_number(const Answer* answer, uint64_t number);
// Waits until the bytes written so far have left.
bool flush(const Answer* answer);

// Ends the body. False if the host finds that it is not what the head promised.
bool end_answer(Answer answer);
void answer_text(ResponseOut out, const char* text);

// The request's target, to be freed with free().
char* target_of(Request request);
// True if the target's path ends with `/name`.
bool path_ends_with(const char* target, const char* name);
// The value of ?name= or &name= in the target as a decimal number.
uint64_t query_number(const char* target, const char* name, uint64_t otherwise);
// The percent-decoded value, which may hold any byte, to be freed; NULL if the name is absent.
char* query_bytes(const char* target, const char* name, size_t* length);

typedef struct {
  wasi_http_types_own_incoming_body_t body;
  wasi_io_streams_own_input_stream_t stream;
} RequestBody;

RequestBody open_body(Request request);
// Waits for the next bytes, to be freed with http_list_u8_free. False at the end of the body.
bool read_chunk(const RequestBody* body, uint64_t at_most, http_list_u8_t* chunk);
void close_body(RequestBody body);

void sleep_for_ms(uint64_t milliseconds);
void wait_for(wasi_io_poll_own_pollable_t pollable);
void log_line(const char* text);
