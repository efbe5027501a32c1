#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/server/exchange.h"

namespace rockpool::dialects::wess {

// An answer that went well: its status, and the JSON behind `message`.
struct Answer {
  int status = 200;
  std::string message;
};

// {"id":"…"}, with 202: what a write is answered with.
Answer id_answer(std::string_view id);

// Texts of failures that several calls have in common.
Error unknown_id();      // of writes and runs
Error unknown_module();  // of reads

// What a caller of Wess gets for a failure: 400, 404 or 500 (403, 405 and 421 where no call was
// made). The message is sent as it is.
int status_of(const Error& error);

// Answers {"message": …}.
void respond(http::Exchange& exchange, const Answer& answer, std::string_view request_id);
// The same for a failure; `allow` is for method-not-allowed.
void respond(http::Exchange& exchange, int status, std::string_view text,
             std::string_view request_id, std::string_view allow = {});

}  // namespace rockpool::dialects::wess
