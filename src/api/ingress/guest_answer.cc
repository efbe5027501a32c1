#include "api/ingress/guest_answer.h"

#include "web/access/cors.h"
#include "web/access/session_cookie.h"
#include "web/answers/problem.h"

namespace rockpool::api {

void GuestAnswer::complete(http::ResponseHead& head) const {
  web::remove_session_cookie(head);
  if (cross_origin_) web::grant_origin(head, cross_origin_->allowed, cross_origin_->origin);
  head.with(web::kRequestIdField, request_id_);
}

void GuestAnswer::answer(http::ResponseHead head, std::string_view body) {
  complete(head);
  exchange_.respond(head, body);
}

Task<void> GuestAnswer::start(http::ResponseHead head, std::optional<std::uint64_t> length) {
  complete(head);
  co_return co_await exchange_.start_response(head, length);
}

}  // namespace rockpool::api
