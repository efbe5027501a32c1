#include "api/control/endpoints.h"
#include "api/ingress/described_request.h"
#include "base/base64.h"
#include "base/utf8.h"
#include "web/access/control_guard.h"
#include "web/answers/captured_answer.h"
#include "web/answers/problem.h"
#include "web/while_connected.h"

namespace rockpool::api {
namespace {

using platform::InvocationOutcome;

std::string_view authority_of(std::string_view url) {
  auto begin = url.find("://");
  if (begin == std::string_view::npos) return url;
  url.remove_prefix(begin + 3);
  return url.substr(0, url.find('/'));
}

std::optional<std::string_view> find_header(const DescribedRequest& described,
                                            std::string_view name) {
  for (const auto& [own, value] : described.headers) {
    if (http::equal_ignoring_case(own, name)) return value;
  }
  return std::nullopt;
}

platform::InvocationRequest request_from(const ControlCall& call, const DescribedRequest& described,
                                         std::string_view traceparent) {
  platform::InvocationRequest request;
  request.trigger = platform::Trigger::Other;
  request.method = described.method;
  request.authority = find_header(described, "host").value_or(described.authority);
  request.path_with_query = described.path_with_query;
  for (const auto& [name, value] : described.headers) request.headers.emplace_back(name, value);
  if (described.body) {
    request.has_body = true;
    request.content_length = described.body->size();
  }
  request.is_tls = call.facts.public_url.starts_with("https:");
  request.remote_address = call.request().remote_address;
  request.server_name = web::host_without_port(request.authority);
  request.server_port = request.is_tls ? "443" : "80";
  auto colon = request.authority.rfind(':');
  if (colon != std::string_view::npos && !request.authority.ends_with(']')) {
    request.server_port = request.authority.substr(colon + 1);
  }
  request.request_id = call.request_id;
  request.traceparent = traceparent;
  request.limits = described.limits;
  return request;
}

// What the caller of the function would have got.
json::Value answer_view(const http::ResponseHead& head, std::string_view body) {
  auto headers = json::Value::array();
  for (auto field : head) {
    headers.push_back(json::Value::array({std::string(field.name), std::string(field.value)}));
  }
  json::Value view = {{"status", head.status()}, {"headers", std::move(headers)}};
  if (is_utf8(body)) {
    view["body"] = std::string(body);
  } else {
    view["body_base64"] = base64_encode(body);
  }
  return view;
}

json::Value refusal_view(const ControlCall& call, const InvocationOutcome& outcome) {
  web::Problem problem{
      .error = *outcome.failure, .request_id = call.request_id, .allow = outcome.allow};
  auto head = web::problem_head(problem);
  head.with("Content-Type", "application/problem+json");
  return answer_view(head, web::problem_json(problem));
}

// A typed answer's body is the JSON of its results.
void add_results(json::Value& view, const web::CapturedAnswer& answer) {
  if (answer.head().status() != 200 || answer.is_truncated()) return;
  auto results = json::parse(answer.body());
  if (results) view["results"] = *std::move(results);
}

json::Value logs_view(logs::LogRing& ring, const std::string& request_id, WallTime since) {
  auto view = json::Value::array();
  for (const auto& record : ring.read({.since = since, .request_id = request_id})) {
    view.push_back(logs::to_json(record));
  }
  return view;
}

json::Value outcome_view(const ControlCall& call, const InvocationOutcome& outcome,
                         const web::CapturedAnswer& answer, engine::Abi abi) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  bool is_unanswered = outcome.answer == platform::AnswerState::Unanswered;
  auto view =
      is_unanswered ? refusal_view(call, outcome) : answer_view(answer.head(), answer.body());
  if (!is_unanswered && abi == engine::Abi::Typed) add_results(view, answer);
  if (answer.is_truncated()) view["truncated"] = true;
  if (outcome.failure) {
    view["failure"] = {{"code", rockpool::name_of(web::public_code(outcome.failure->code()))},
                       {"detail", outcome.failure->message()}};
  }
  view["duration_us"] = duration_cast<microseconds>(outcome.duration).count();
  view["cpu_us"] = duration_cast<microseconds>(outcome.usage.cpu).count();
  view["memory_peak_bytes"] = outcome.usage.peak_memory_bytes;
  return view;
}

}  // namespace

Task<void> invoke_function(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto function, call.platform().find(name));
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_optional_json());
  auto authority = authority_of(call.facts.public_url);
  CO_ASSIGN_OR_RETURN(auto described, DescribedRequest::parse(document, *function, authority));

  auto& home = call.exchange.reactor();
  std::string traceparent = call.world.ids.next_traceparent(home.index());
  auto request = request_from(call, described, traceparent);
  CO_ASSIGN_OR_RETURN(auto destination, call.platform().route_to(home, name, request.path()));
  CO_ASSIGN_OR_RETURN(auto log, call.platform().log_of(name));
  auto abi = destination.version().abi;
  auto began = call.world.clock.wall_now();

  web::HeldBody body(described.body ? std::string_view(*described.body) : std::string_view());
  web::CapturedAnswer answer;
  auto invocation = call.platform().invoker().invoke(home, std::move(destination), request,
                                                     described.body ? &body : nullptr, answer);
  auto outcome = co_await web::while_connected(call.exchange, std::move(invocation));
  if (!outcome) co_return fail(ErrorCode::Cancelled, "the client went away");

  auto view = outcome_view(call, *outcome, answer, abi);
  view["logs"] = logs_view(*log, call.request_id, began);
  call.answer_json(200, view);
  co_return Result<void>();
}

}  // namespace rockpool::api
