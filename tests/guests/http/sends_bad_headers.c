// Tries to send the header ?name=&value= (percent-encoded, any byte) and says in its body whether
// the host took it.
#include <stdlib.h>
#include <string.h>

#include "http_guest.h"

static const char* const kRefusals[] = {"refused: invalid-syntax", "refused: forbidden",
                                        "refused: immutable"};

void handle(Request request, ResponseOut out) {
  char* target = target_of(request);
  size_t name_length = 0;
  size_t value_length = 0;
  char* name = query_bytes(target, "name", &name_length);
  char* value = query_bytes(target, "value", &value_length);
  Fields headers = headers_of_type("text/plain");
  const char* outcome = "no name or no value";
  if (name != NULL && value != NULL) {
    wasi_http_types_header_error_t why;
    bool accepted = append_header(headers, name, name_length, value, value_length, &why);
    outcome = accepted ? "accepted" : kRefusals[why.tag];
  }
  Answer answer = begin_answer(out, 200, headers);
  write_text(&answer, outcome);
  end_answer(answer);
  free(name);
  free(value);
  free(target);
}
