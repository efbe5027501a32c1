// A function from text to text that imports WASI: greets `name`, and says on stderr what it was
// asked and whether its constructors ran.
#include <stdio.h>

#include "text_guest.h"

static char answer[64 << 10];
static bool is_initialized;

__attribute__((constructor)) static void initialize(void) {
  is_initialized = true;
}

TEXT_FUNCTION(greet) {
  struct Text name = {"nobody", 6};
  find_argument(json, size, "name", &name);
  fprintf(stderr, "asked %.*s, %s\n", (int)size, json, is_initialized ? "initialized" : "raw");
  int length = snprintf(answer, sizeof answer, "Hello, %.*s!", (int)name.size, name.bytes);
  return (struct Text){answer, (size_t)length};
}

TEXT_FUNCTION(part) {
  (void)json, (void)size;
  return (struct Text){"Goodbye!", 8};
}
