// Grows its memory by 1 MiB until that fails, touches every page, and answers with how many MiB it
// got.
#include "http_guest.h"

enum { kPageBytes = 64 * 1024, kPagesAMiB = 16 };

void handle(Request request, ResponseOut out) {
  (void)request;
  uint64_t mebibytes = 0;
  for (;;) {
    size_t page = __builtin_wasm_memory_grow(0, kPagesAMiB);
    if (page == (size_t)-1) break;
    volatile uint8_t* grown = (volatile uint8_t*)(page * kPageBytes);
    for (size_t at = 0; at < kPagesAMiB * kPageBytes; at += 4096) grown[at] = 0xEA;
    ++mebibytes;
  }
  Answer answer = begin_text(out);
  write_number(&answer, mebibytes);
  end_answer(answer);
}
