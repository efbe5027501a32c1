// Answers without a look at the request's body: the connection stays usable, or is closed, but
// never stuck.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  answer_text(out, "unread");
}
