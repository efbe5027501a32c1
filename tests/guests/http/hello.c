// Answers at once with thirteen bytes: the smallest whole life of a component.
#include "http_guest.h"

void handle(Request request, ResponseOut out) {
  (void)request;
  answer_text(out, "Hello, world!");
}
