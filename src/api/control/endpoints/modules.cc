#include "api/control/endpoints.h"
#include "api/control/function_view.h"
#include "web/exchange_body.h"

namespace rockpool::api {

Task<void> post_module(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  auto limit = call.facts.max_module_bytes;
  CO_ASSIGN_OR_RETURN(
      auto bytes, co_await web::read_whole_body(call.exchange, limit, ErrorCode::ModuleTooLarge));
  auto& deployer = call.platform().deployer();
  CO_ASSIGN_OR_RETURN(auto module, co_await deployer.store_module(std::move(bytes)));
  auto head = call.head(200);
  head.with("Location", "/v1/modules/" + module.digest.text());
  call.answer_json(std::move(head), module_view(module));
  co_return Result<void>();
}

Task<void> get_module(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto digest, Digest::parse(call.parameters.at(0)));
  CO_ASSIGN_OR_RETURN(auto bytes, co_await call.platform().module(digest));
  auto head = call.head(200);
  head.with("Content-Type", "application/wasm");
  head.with("ETag", '"' + digest.text() + '"');
  call.exchange.respond(head, bytes);
  co_return Result<void>();
}

}  // namespace rockpool::api
