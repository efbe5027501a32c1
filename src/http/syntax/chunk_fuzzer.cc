#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/syntax/chunk_decoder.h"

namespace rockpool::http {
namespace {

struct Outcome {
  std::string data;
  std::size_t consumed = 0;
  bool done = false;
  bool failed = false;

  bool operator==(const Outcome&) const = default;
};

// Decodes `text` arriving in pieces of `piece` bytes.
Outcome decode(std::string_view text, std::size_t piece) {
  ChunkDecoder decoder;
  Outcome outcome;
  std::size_t arrived = 0;
  while (!outcome.done && !outcome.failed) {
    auto step = decoder.next(text.substr(outcome.consumed, arrived - outcome.consumed), piece);
    if (!step) {
      outcome.failed = true;
    } else if (step->consumed == 0 && !step->done) {
      if (arrived == text.size()) break;
      arrived = std::min(arrived + piece, text.size());
    } else {
      outcome.consumed += step->consumed;
      outcome.data += step->data;
      outcome.done = step->done;
    }
  }
  if (outcome.failed) outcome.consumed = 0;  // how far a failing step got depends on the pieces
  return outcome;
}

void check(std::string_view text) {
  Outcome at_once = decode(text, text.size() + 1);
  Outcome by_bytes = decode(text, 1);
  if (at_once != by_bytes) std::abort();
}

}  // namespace
}  // namespace rockpool::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rockpool::http::check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
