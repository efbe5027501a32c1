#include <array>

#include "api/control/deploy_answer.h"
#include "api/control/endpoints.h"
#include "web/answers/accept.h"
#include "web/exchange_body.h"

namespace rockpool::api {
namespace {

constexpr std::array<std::string_view, 1> kQuery = {"dry_run"};
constexpr std::string_view kModuleType = "application/wasm";

Result<platform::DeployMode> mode_of(const ControlCall& call) {
  RETURN_IF_ERROR(call.expect_query(kQuery));
  ASSIGN_OR_RETURN(bool dry_run, call.query_switch("dry_run"));
  return dry_run ? platform::DeployMode::DryRun : platform::DeployMode::Commit;
}

bool sends_module(const ControlCall& call) {
  return web::is_media_type(call.request().find("content-type").value_or(""), kModuleType);
}

// The functions and removals of a whole manifest.
struct Batch {
  std::vector<platform::FunctionChange> changes;
  std::vector<FunctionName> removals;
};

Result<Batch> parse_batch(const json::Value& document) {
  ASSIGN_OR_RETURN(auto fields, json::ObjectReader::open(document));
  ASSIGN_OR_RETURN(const auto* functions, fields.required<const json::Value*>("functions"));
  ASSIGN_OR_RETURN(auto remove, fields.optional<std::vector<std::string>>("remove"));
  RETURN_IF_ERROR(fields.finish());
  if (!functions->is_object()) {
    return fail(ErrorCode::InvalidArgument, "functions: must be an object of settings by name");
  }

  Batch batch;
  for (const auto& [text, settings] : functions->items()) {
    ASSIGN_OR_RETURN(auto name, FunctionName::parse(text));
    auto change = platform::change_from_put(std::move(name), settings);
    if (!change) {
      const auto& error = change.error();
      return fail(error.code(), "functions." + text + ": " + error.message());
    }
    batch.changes.push_back(*std::move(change));
  }
  for (const auto& text : remove.value_or(std::vector<std::string>())) {
    ASSIGN_OR_RETURN(auto name, FunctionName::parse(text));
    batch.removals.push_back(std::move(name));
  }
  return batch;
}

}  // namespace

Task<void> put_function(ControlCall& call) {
  CO_ASSIGN_OR_RETURN(auto mode, mode_of(call));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  if (sends_module(call)) {
    auto limit = call.facts.max_module_bytes;
    CO_ASSIGN_OR_RETURN(
        auto bytes, co_await web::read_whole_body(call.exchange, limit, ErrorCode::ModuleTooLarge));
    platform::FunctionChange change{.name = std::move(name), .module = std::move(bytes)};
    co_return co_await answer_change(call, std::move(change), mode);
  }
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_json(kModuleType));
  CO_ASSIGN_OR_RETURN(auto change, platform::change_from_put(std::move(name), document));
  co_return co_await answer_change(call, std::move(change), mode);
}

Task<void> patch_function(ControlCall& call) {
  CO_ASSIGN_OR_RETURN(auto mode, mode_of(call));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_json());
  CO_ASSIGN_OR_RETURN(auto change, platform::change_from_patch(std::move(name), document));
  co_return co_await answer_change(call, std::move(change), mode);
}

Task<void> post_function(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_json());
  CO_ASSIGN_OR_RETURN(auto change, platform::origin_change_from_post(document));
  co_return co_await answer_origin_change(call, std::move(change));
}

Task<void> put_functions(ControlCall& call) {
  CO_ASSIGN_OR_RETURN(auto mode, mode_of(call));
  CO_ASSIGN_OR_RETURN(auto document, co_await call.read_json());
  CO_ASSIGN_OR_RETURN(auto batch, parse_batch(document));
  auto changes = std::move(batch.changes);
  auto removals = std::move(batch.removals);
  co_return co_await answer_changes(call, std::move(changes), std::move(removals), mode);
}

}  // namespace rockpool::api
