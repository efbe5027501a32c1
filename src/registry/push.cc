#include "registry/push.h"

#include <fmt/format.h>

#include <utility>

#include "http/syntax/url.h"
#include "json/value.h"
#include "registry/access/registry_failure.h"
#include "registry/registry_session.h"

namespace rockpool::registry {
namespace {

constexpr std::uint64_t kMaxAnswer = 1 << 20;
constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kConfigType = "application/vnd.wasm.config.v0+json";
constexpr const char* kLayerType = "application/wasm";
constexpr const char* kTitle = "org.opencontainers.image.title";

json::Value descriptor(const char* media_type, std::string_view bytes) {
  return {{"mediaType", media_type},
          {"digest", Digest::of(bytes).text()},
          {"size", static_cast<std::uint64_t>(bytes.size())}};
}

std::string with_parameter(std::string_view target, std::string_view name, std::string_view value) {
  return fmt::format("{}{}{}={}", target, target.contains('?') ? '&' : '?', name,
                     http::percent_encode(value));
}

Task<bool> is_there(RegistrySession& session, const Digest& digest) {
  RegistryRequest request{.method = "HEAD", .target = "blobs/" + digest.text()};
  CO_ASSIGN_OR_RETURN(auto response, co_await session.fetch(std::move(request), kMaxAnswer));
  co_return response.status == 200;
}

// In two steps: a place to send it to, then all of it there.
Task<void> push_blob(RegistrySession& session, std::string bytes) {
  auto digest = Digest::of(bytes);
  CO_ASSIGN_OR_RETURN(bool known, co_await is_there(session, digest));
  if (known) co_return Result<void>{};
  RegistryRequest begin{.method = "POST", .target = "blobs/uploads/"};
  CO_ASSIGN_OR_RETURN(auto place, co_await session.fetch(std::move(begin), kMaxAnswer));
  auto location = place.find("location");
  if (place.status != 202 || !location) {
    co_return failure_of(session.host(), "an upload", place);
  }
  RegistryRequest send{.method = "PUT",
                       .target = with_parameter(*location, "digest", digest.text()),
                       .body = std::move(bytes)};
  send.fields.emplace_back("Content-Type", "application/octet-stream");
  CO_ASSIGN_OR_RETURN(auto stored, co_await session.fetch(std::move(send), kMaxAnswer));
  if (stored.status != 201) co_return failure_of(session.host(), "storing a blob", stored);
  co_return Result<void>{};
}

Task<Digest> push_all(RegistrySession& session, PushOrder order) {
  auto layer = Digest::of(order.module.wasm);
  auto config = artifact_config(order.module, layer, order.created);
  auto manifest = artifact_manifest(order.module, config);
  auto wasm = std::move(order.module.wasm);
  CO_RETURN_IF_ERROR(co_await push_blob(session, std::move(wasm)));
  CO_RETURN_IF_ERROR(co_await push_blob(session, std::move(config)));
  auto digest = Digest::of(manifest);
  RegistryRequest name{
      .method = "PUT", .target = "manifests/" + order.image.name(), .body = std::move(manifest)};
  name.fields.emplace_back("Content-Type", kManifestType);
  CO_ASSIGN_OR_RETURN(auto named, co_await session.fetch(std::move(name), kMaxAnswer));
  if (named.status != 201) co_return failure_of(session.host(), "storing a manifest", named);
  co_return digest;
}

}  // namespace

std::string artifact_config(const PushedModule& module, const Digest& layer, WallTime created) {
  json::Value config = {{"created", format_rfc3339(created)},
                        {"architecture", "wasm"},
                        {"os", module.is_component ? "wasip2" : "wasip1"},
                        {"layerDigests", json::Value::array({layer.text()})}};
  if (module.is_component) {
    config["component"] = {{"exports", module.exports}, {"imports", module.imports}};
  }
  return json::dump(config);
}

std::string artifact_manifest(const PushedModule& module, std::string_view config) {
  auto layer = descriptor(kLayerType, module.wasm);
  if (!module.title.empty()) layer["annotations"] = {{kTitle, module.title}};
  json::Value manifest = {{"schemaVersion", 2},
                          {"mediaType", kManifestType},
                          {"config", descriptor(kConfigType, config)},
                          {"layers", json::Value::array({layer})}};
  return json::dump(manifest);
}

Task<Digest> push(PushOrder order) {
  if (order.image.digest || !order.image.file.empty()) {
    co_return fail(
        ErrorCode::InvalidArgument,
        fmt::format("{} names a digest or a file; push takes a tag", order.image.text()));
  }
  RegistrySession session({.host = order.image.host,
                           .scope = {order.image.repository, "pull,push"},
                           .access = order.access,
                           .deadline = order.deadline});
  std::string image = order.image.text();
  auto pushed = co_await push_all(session, std::move(order));
  if (pushed) co_return pushed;
  auto error = as_registry_error(pushed.error());
  co_return fail(error.code(), fmt::format("{}: {}", image, error.message()), error.detail());
}

}  // namespace rockpool::registry
