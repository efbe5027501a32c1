// Calls the function it is told to, through rockpool:functions/calls.
#include "calls_by_name.h"

#include <stdlib.h>
#include <string.h>

void exports_calls_by_name_call(calls_by_name_string_t* name, calls_by_name_string_t* request,
                                calls_by_name_string_t* ret) {
  calls_by_name_list_u8_t body = {request->ptr, request->len};
  rockpool_functions_calls_answer_t answer;
  rockpool_functions_calls_answer_t failure;
  bool answered = rockpool_functions_calls_call(name, &body, &answer, &failure);
  const char* prefix = answered ? "" : "failed: ";
  const rockpool_functions_calls_answer_t* got = answered ? &answer : &failure;
  size_t prefix_length = strlen(prefix);
  ret->len = prefix_length + got->f1.len;
  ret->ptr = malloc(ret->len);
  memcpy(ret->ptr, prefix, prefix_length);
  memcpy(ret->ptr + prefix_length, got->f1.ptr, got->f1.len);
}
