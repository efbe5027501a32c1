#include <array>
#include <optional>
#include <string>

#include "api/control/endpoints.h"
#include "base/clock.h"
#include "platform/states/state_key.h"

namespace rockpool::api {
namespace {

// The cursor is the last key of the page before, as its URL has it.
Result<std::optional<std::string>> page_start(const ControlCall& call) {
  auto cursor = call.query.find("cursor");
  if (!cursor || cursor->empty()) return std::nullopt;
  auto key = platform::parse_state_key(*cursor);
  if (!key) return fail(ErrorCode::InvalidArgument, "the cursor is none that this server gave");
  return *std::move(key);
}

json::Value state_view(const platform::SavedState& state) {
  return {{"key", state.key}, {"saved", format_rfc3339(state.saved)}};
}

}  // namespace

Task<void> list_states(ControlCall& call) {
  static constexpr std::array<std::string_view, 2> kQuery = {"cursor", "limit"};
  CO_RETURN_IF_ERROR(call.expect_query(kQuery));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto limit, call.page_size());
  CO_ASSIGN_OR_RETURN(auto after, page_start(call));
  CO_ASSIGN_OR_RETURN(auto page,
                      co_await call.platform().states_of(std::move(name), std::move(after), limit));
  auto states = json::Value::array();
  for (const auto& state : page.states) states.push_back(state_view(state));
  json::Value answer = {{"states", std::move(states)}};
  if (page.next) answer["next"] = "@" + *page.next;
  call.answer_json(200, answer);
  co_return Result<void>();
}

Task<void> delete_state(ControlCall& call) {
  CO_RETURN_IF_ERROR(call.expect_query({}));
  CO_ASSIGN_OR_RETURN(auto name, call.function_name());
  CO_ASSIGN_OR_RETURN(auto key, platform::parse_state_key(call.parameters.at(1)));
  CO_RETURN_IF_ERROR(co_await call.platform().erase_state(std::move(name), std::move(key)));
  call.exchange.respond(call.head(204), "");
  co_return Result<void>();
}

}  // namespace rockpool::api
