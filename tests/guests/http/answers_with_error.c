// Hands over an error code instead of an answer.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  wasi_http_types_result_own_outgoing_response_error_code_t result = {
      .is_err = true, .val.err = {.tag = WASI_HTTP_TYPES_ERROR_CODE_CONFIGURATION_ERROR}};
  wasi_http_types_static_response_outparam_set(out, &result);
}
