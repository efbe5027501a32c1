// Returns without handing over an answer.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  wasi_http_types_response_outparam_drop_own(out);
}
