#include "cli/deploys/deployment.h"

#include <optional>
#include <utility>

#include "cli/deploys/module_file.h"
#include "cli/text/answer_fields.h"

namespace rockpool::cli {
namespace {

constexpr const char* kWasm = "application/wasm";
constexpr const char* kJson = "application/json";

std::string deploy_path(const DeployRequest& request) {
  return function_path(request.name.text()) + (request.dry_run ? "?dry_run=1" : "");
}

// What the server has or fetches by itself is known to it by name; none: its bytes are here.
std::optional<std::string> name_on_server(const manifest::ModuleReference& module,
                                          const ImageAccess& images) {
  if (const auto* digest = std::get_if<Digest>(&module)) return digest->text();
  const auto* image = std::get_if<registry::ImageReference>(&module);
  if (image != nullptr && images.by == PullBy::Server) return image->text();
  return std::nullopt;
}

Result<std::string> bytes_of(const manifest::ModuleReference& module, const ImageAccess& images,
                             const OnProgress& on_progress) {
  const auto* image = std::get_if<registry::ImageReference>(&module);
  return image == nullptr ? read_module(module) : pull_image(images, *image, on_progress);
}

// Bytes alone: a known function keeps its live settings.
ControlCall upload(const DeployRequest& request, std::string bytes) {
  return {.method = "PUT",
          .path = deploy_path(request),
          .body = std::move(bytes),
          .content_type = kWasm};
}

// A module that the server knows by name, and settings. A known function is patched, a new one
// made; `If-None-Match` keeps one that somebody makes meanwhile from losing its settings.
ControlCall document(const DeployRequest& request, const std::string& module, bool is_known) {
  json::Value body = request.settings.is_null() ? json::Value::object() : request.settings;
  body["module"] = module;
  bool server_pulls = module.starts_with(registry::kImageScheme);
  if (server_pulls && !request.images.verify_key.empty())
    body["verify_key"] = request.images.verify_key;
  ControlCall call{.method = is_known ? "PATCH" : "PUT",
                   .path = deploy_path(request),
                   .body = json::dump(body),
                   .content_type = is_known ? "application/merge-patch+json" : kJson};
  if (!is_known) call.fields.emplace_back("If-None-Match", "*");
  return call;
}

Result<bool> is_deployed(const ControlClient& client, const FunctionName& name) {
  auto function = client.get(function_path(name.text()));
  if (function) return true;
  if (function.error().code() == ErrorCode::FunctionNotFound) return false;
  return std::unexpected(function.error());
}

}  // namespace

Result<std::string> store_module(const ControlClient& client,
                                 const manifest::ModuleReference& module, const ImageAccess& images,
                                 const OnProgress& on_progress) {
  if (auto name = name_on_server(module, images)) return *std::move(name);
  ASSIGN_OR_RETURN(std::string bytes, bytes_of(module, images, on_progress));
  ControlCall call{
      .method = "POST", .path = "/v1/modules", .body = std::move(bytes), .content_type = kWasm};
  ASSIGN_OR_RETURN(ControlAnswer answer, client.deploy(std::move(call), on_progress));
  return text_at(answer.body, "digest");
}

Result<json::Value> deploy(const ControlClient& client, const DeployRequest& request,
                           const OnProgress& on_progress) {
  const ImageAccess& images = request.images;
  if (request.settings.is_null() && !name_on_server(request.module, images)) {
    ASSIGN_OR_RETURN(std::string bytes, bytes_of(request.module, images, on_progress));
    ASSIGN_OR_RETURN(ControlAnswer answer,
                     client.deploy(upload(request, std::move(bytes)), on_progress));
    return std::move(answer.body);
  }
  ASSIGN_OR_RETURN(std::string module, store_module(client, request.module, images, on_progress));
  ASSIGN_OR_RETURN(bool is_known, is_deployed(client, request.name));
  ASSIGN_OR_RETURN(ControlAnswer answer,
                   client.deploy(document(request, module, is_known), on_progress));
  return std::move(answer.body);
}

}  // namespace rockpool::cli
