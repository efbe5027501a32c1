#include <array>

#include "api/control/endpoints.h"
#include "api/control/function_view.h"

namespace rockpool::api {
namespace {

// The cursor is the last name of the page before.
Result<std::string> page_start(const ControlCall& call) {
  auto cursor = call.query.find("cursor");
  if (!cursor || cursor->empty()) return std::string();
  auto name = FunctionName::parse(*cursor);
  if (!name) return fail(ErrorCode::InvalidArgument, "the cursor is none that this server gave");
  return name->text();
}

}  // namespace

Task<void> list_functions(ControlCall& call) {
  static constexpr std::array<std::string_view, 2> kQuery = {"cursor", "limit"};
  CO_RETURN_IF_ERROR(call.expect_query(kQuery));
  CO_ASSIGN_OR_RETURN(auto limit, call.page_size());
  CO_ASSIGN_OR_RETURN(auto after, page_start(call));
  auto page = call.platform().list(after, limit);
  auto functions = json::Value::array();
  for (const auto& function : page.functions) {
    functions.push_back(function_summary(*function, call.facts.public_url));
  }
  json::Value answer = {{"functions", std::move(functions)}};
  if (!page.next.empty()) answer["next"] = page.next;
  call.answer_json(200, answer);
  co_return Result<void>();
}

Task<void> get_function(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto function, call.platform().find(name));
  std::string etag = function->etag();
  if (call.request().find("if-none-match") == etag) {
    auto head = call.head(304);
    head.with("ETag", etag);
    call.exchange.respond(head, "");
    co_return Result<void>();
  }
  auto head = call.head(200);
  head.with("ETag", etag);
  call.answer_json(std::move(head), function_view(*function, call.facts.public_url));
  co_return Result<void>();
}

Task<void> delete_function(ControlCall& call) {
  static constexpr std::array<std::string_view, 1> kQuery = {"data"};
  CO_RETURN_IF_ERROR(call.expect_query(kQuery));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  auto data = call.query.find("data").value_or("keep");
  if (data != "keep" && data != "delete") {
    co_return fail(ErrorCode::InvalidArgument, "data is 'keep' or 'delete'");
  }
  auto precondition = call.precondition();
  CO_RETURN_IF_ERROR(co_await call.platform().deployer().remove(name, precondition));
  call.exchange.respond(call.head(204), "");
  co_return Result<void>();
}

Task<void> list_versions(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto function, call.platform().find(name));
  auto versions = json::Value::array();
  for (const auto& version : function->versions) {
    versions.push_back(version_view(*function, *version));
  }
  call.answer_json(200, {{"versions", std::move(versions)}});
  co_return Result<void>();
}

Task<void> roll_back(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_optional_json());
  CO_ASSIGN_OR_RETURN(auto fields, json::ObjectReader::open(document));
  CO_ASSIGN_OR_RETURN(auto version, fields.optional<std::uint64_t>("version"));
  CO_RETURN_IF_ERROR(fields.finish());

  auto precondition = call.precondition();
  auto& deployer = call.platform().deployer();
  auto deployed = co_await deployer.rollback(name, version, precondition);
  if (!deployed) {
    call.problem_extension = failure_view(deployed.error());
    co_return std::unexpected(std::move(deployed).error().error);
  }
  auto head = call.head(200);
  head.with("ETag", deployed->function->etag());
  call.answer_json(std::move(head), function_view(*deployed->function, call.facts.public_url));
  co_return Result<void>();
}

}  // namespace rockpool::api
