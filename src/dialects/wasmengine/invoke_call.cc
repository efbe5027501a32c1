#include "dialects/wasmengine/invoke_call.h"

#include <fmt/format.h>

#include <utility>

#include "dialects/arrival.h"
#include "dialects/wasmengine/requests.h"
#include "dialects/wasmengine/wasmengine.h"
#include "http/syntax/url.h"

namespace rockpool::dialects::wasmengine {
namespace {

Reply unknown_function(std::string_view name) {
  return rejection(ErrorCode::FunctionNotFound, "failed to load the function from local store",
                   fmt::format("request query func {} not exist in the local store", name));
}

// Functions of this dialect answer to an export of their own name; commands have no exports to
// name.
std::string path_of(const platform::Function& function) {
  if (function.live->abi == engine::Abi::Argv) return "/";
  return "/" + http::percent_encode(function.origin->name);
}

}  // namespace

std::expected<InvokeCall, Reply> InvokeCall::prepare(const DialectWorld& world,
                                                     http::Exchange& exchange,
                                                     std::string_view body,
                                                     std::string request_id) {
  auto request = parse_invoke(body);
  if (!request) return std::unexpected(bad_body(request.error().message()));
  const auto& name = request->function_name;
  auto function = world.platform.find_origin({std::string(kDialect), name});
  if (!function) return std::unexpected(unknown_function(name));
  CapturedCall::Order order{.exchange = exchange,
                            .function = *function,
                            .path = path_of(**function),
                            .arguments = std::move(request->arguments),
                            .request_id = std::move(request_id),
                            .limits = request->limits};
  auto call = CapturedCall::prepare(world, std::move(order));
  if (!call) return std::unexpected(unknown_function(name));
  return InvokeCall(world, *std::move(call));
}

std::optional<Reply> InvokeCall::begin() {
  auto outcome = call_->begin();
  if (!outcome) return std::nullopt;
  return conclude(*outcome);
}

boost::asio::awaitable<std::optional<Reply>> InvokeCall::finish() {
  auto outcome = co_await call_->finish();
  if (!outcome) co_return std::nullopt;
  co_return conclude(*outcome);
}

Reply InvokeCall::conclude(const platform::InvocationOutcome& outcome) const {
  constexpr std::string_view kWhat = "failed to invoke function";
  if (outcome.failure) {
    const Error& failure = *outcome.failure;
    auto told = client_message(failure, kDialect, world_->log);
    if (failure.code() == ErrorCode::BadArguments) return bad_body(told);
    return rejection(failure.code(), kWhat, told);
  }
  if (call_->answer().is_truncated()) {
    return rejection(
        ErrorCode::BadGuestResponse, kWhat,
        fmt::format("the answer has more than {} bytes", web::CapturedAnswer::kMaxBodyBytes));
  }
  return success(call_->answer().body());
}

}  // namespace rockpool::dialects::wasmengine
