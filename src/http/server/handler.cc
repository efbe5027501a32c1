#include "http/server/handler.h"

namespace rockpool::http {

void Handler::refuse(Exchange& exchange, const Error& error) {
  ResponseHead head(status_of(error.code()));
  head.with("Content-Type", "text/plain; charset=utf-8");
  exchange.respond(head, error.message() + "\n");
}

}  // namespace rockpool::http
