#include "registry/fetched_document.h"

#include <fmt/format.h>

#include <utility>

#include "registry/access/registry_failure.h"
#include "registry/images/image_manifest.h"

namespace rockpool::registry {
namespace {

Task<http::ClientResponse> request(RegistrySession& session, std::string name, PullLimits limits) {
  RegistryRequest wanted{.target = "manifests/" + name};
  wanted.fields.emplace_back("Accept", std::string(accepted_documents()));
  co_return co_await session.fetch(std::move(wanted), limits.manifest_bytes);
}

// Registries tell the digest they know it by; what comes under another one was exchanged.
Result<void> check_told_digest(const http::ClientResponse& response, const Digest& digest) {
  auto told = response.find("docker-content-digest");
  bool is_comparable = told && told->starts_with("sha256:");
  if (!is_comparable || *told == digest.text()) return {};
  return fail(ErrorCode::RegistryError,
              fmt::format("the registry calls the manifest {}, but it is {}", told->substr(0, 80),
                          digest.text()));
}

Result<FetchedDocument> document_of(http::ClientResponse response) {
  Digest digest = Digest::of(response.body);
  RETURN_IF_ERROR(check_told_digest(response, digest));
  std::string type(response.find("content-type").value_or(""));
  return FetchedDocument{std::move(response.body), std::move(type), digest};
}

}  // namespace

Task<FetchedDocument> fetch_document(RegistrySession& session, std::string name,
                                     std::optional<Digest> expected, PullLimits limits) {
  CO_ASSIGN_OR_RETURN(auto response, co_await request(session, name, limits));
  if (response.status != 200) {
    co_return failure_of(session.host(), fmt::format("the manifest '{}'", name), response);
  }
  if (expected && Digest::of(response.body) != *expected) {
    co_return fail(ErrorCode::RegistryError,
                   fmt::format("the manifest that came is not {}", expected->text()));
  }
  co_return document_of(std::move(response));
}

Task<std::optional<FetchedDocument>> find_document(RegistrySession& session, std::string name,
                                                   PullLimits limits) {
  CO_ASSIGN_OR_RETURN(auto response, co_await request(session, name, limits));
  if (response.status == 404) co_return std::nullopt;
  if (response.status != 200) {
    co_return failure_of(session.host(), fmt::format("the manifest '{}'", name), response);
  }
  CO_ASSIGN_OR_RETURN(auto document, document_of(std::move(response)));
  co_return document;
}

}  // namespace rockpool::registry
