#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/guest_call.h"

namespace rockpool::engine {

enum class LastNewline : std::uint8_t {
  Kept,
  Dropped,  // one, at the end of the text
};

// Checks that the output of `raw` is UTF-8, and gives it as Body once the guest has ended well, be
// it empty. What does not fit `held_bytes` is given as it comes: then the answer has begun when the
// guest fails. Fails with bad-guest-response.
std::unique_ptr<GuestCall> make_text_call(std::unique_ptr<GuestCall> raw, LastNewline last_newline,
                                          std::size_t held_bytes);

}  // namespace rockpool::engine
