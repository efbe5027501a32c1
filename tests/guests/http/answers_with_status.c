// Answers with the status ?code= and no body, or says that the host refused that status.
#include <stdlib.h>

#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  uint16_t status = (uint16_t)query_number(target, "code", 200);
  free(target);
  wasi_http_types_own_outgoing_response_t response =
      wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields());
  if (!wasi_http_types_method_outgoing_response_set_status_code(
          wasi_http_types_borrow_outgoing_response(response), status)) {
    answer_text(out, "refused");
    return;
  }
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false,
                                                                      .val.ok = response};
  wasi_http_types_static_response_outparam_set(out, &result);
}
