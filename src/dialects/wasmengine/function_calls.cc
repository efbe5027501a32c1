#include "dialects/wasmengine/function_calls.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "dialects/arrival.h"
#include "dialects/wasmengine/function_entry.h"
#include "dialects/wasmengine/requests.h"
#include "dialects/wasmengine/wasmengine.h"
#include "registry/access/access.h"

namespace rockpool::dialects::wasmengine {
namespace {

constexpr std::size_t kPage = 1000;

platform::Origin origin_of(std::string name) {
  return {std::string(kDialect), std::move(name)};
}

platform::OriginChange change_of(const DeployRequest& request, registry::ImageReference image) {
  platform::ImageSource source{.reference = std::move(image)};
  return {.origin = origin_of(request.function_name),
          .module = platform::ModuleSource(std::move(source)),
          .settings = platform::MergeSettings{settings_patch(request)},
          .precondition = {.if_none_match = "*"},
          .accepts = [request](const engine::Inspection& module) {
            return check_module(request, module);
          }};
}

}  // namespace

boost::asio::awaitable<Reply> OutboundCalls::deploy(std::string_view body) {
  auto request = parse_deploy(body);
  if (!request) co_return bad_body(request.error().message());
  auto image = image_of(request->function_image);
  if (!image) co_return deploy_failure(image.error(), "");
  // The deploy looks again when it is its turn; this spares the pull.
  if (world_.platform.find_origin(origin_of(request->function_name))) {
    Error exists(ErrorCode::PreconditionFailed, "");
    co_return deploy_failure(exists, "");
  }
  std::string host = image->host;
  auto change = change_of(*request, *std::move(image));
  auto on_stage = [](const FunctionName&, platform::DeployStage) {};
  auto& deployer = world_.platform.deployer();
  auto deployed = co_await deployer.deploy_origin(std::move(change), on_stage);
  if (!deployed) co_return deploy_failure(deployed.error().error, host);
  co_return success(fmt::format("deploy function {} successfully!\n", request->function_name));
}

Reply OutboundCalls::deploy_failure(const Error& failure, std::string_view host) const {
  constexpr std::string_view kWhat = "failed to add function into local store";
  auto code = failure.code();
  if (code == ErrorCode::PreconditionFailed) {
    return rejection(code, "function already exist in the local function store");
  }
  auto told = client_message(failure, kDialect, world_.log);
  if (code != ErrorCode::RegistryError) return rejection(code, kWhat, told);
  bool tries_http = registry::is_loopback(host);
  std::string_view insecure =
      tries_http ? std::string_view(told) : "only tried where the server's settings allow it";
  return rejection(code, kWhat,
                   fmt::format("Pull image both failed with https auth: {}, and insecure http: {}",
                               told, insecure));
}

boost::asio::awaitable<Reply> OutboundCalls::remove(std::string_view body) {
  auto name = parse_function_name(body);
  if (!name) co_return bad_body(name.error().message());
  auto origin = origin_of(*name);
  auto removed = co_await world_.platform.deployer().remove_origin(std::move(origin));
  if (removed) co_return success(fmt::format("delete function {} successfully!\n", *name));
  auto code = removed.error().code();
  auto cause = code == ErrorCode::FunctionNotFound
                   ? fmt::format("request delete func {} not exist in the local store", *name)
                   : client_message(removed.error(), kDialect, world_.log);
  co_return rejection(code, "failed to delete function into local store", cause);
}

Reply OutboundCalls::list() const {
  std::vector<FunctionEntry> entries;
  std::string after;
  for (;;) {
    auto page = world_.platform.list_origin(kDialect, after, kPage);
    for (const auto& function : page.functions) entries.push_back(entry_of(*function));
    if (page.next.empty()) break;
    after = std::move(page.next);
  }
  return success(list_text(entries));
}

Reply OutboundCalls::query(std::string_view body) const {
  auto name = parse_function_name(body);
  if (!name) return bad_body(name.error().message());
  auto function = world_.platform.find_origin(origin_of(*name));
  if (function) return success(query_text(entry_of(**function)));
  return rejection(function.error().code(), "failed to find the function",
                   fmt::format("request query func {} not exist in the local store", *name));
}

}  // namespace rockpool::dialects::wasmengine
