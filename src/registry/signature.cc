#include "registry/signature.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/base64.h"
#include "json/value.h"
#include "registry/blob_download.h"
#include "registry/fetched_document.h"
#include "registry/images/image_manifest.h"

namespace rockpool::registry {
namespace {

constexpr std::string_view kPayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
constexpr std::string_view kSignatureType = "cosign container image signature";
constexpr std::uint64_t kMaxPayload = 1 << 16;
constexpr std::size_t kMaxSignatures = 64;

std::unexpected<Error> invalid(const Digest& image, std::string_view why) {
  return fail(ErrorCode::SignatureInvalid,
              fmt::format("the image {} is not signed with the key that is asked for: {}",
                          image.text(), why));
}

const json::Value* member(const json::Value* value, const char* name) {
  if (value == nullptr || !value->is_object()) return nullptr;
  auto found = value->find(name);
  return found == value->end() ? nullptr : &*found;
}

bool is_text(const json::Value* value, std::string_view text) {
  return value != nullptr && value->is_string() && value->get_ref<const std::string&>() == text;
}

bool is_signature(const Descriptor& layer) {
  return layer.media_type == kPayloadType && !layer.signature.empty() && !layer.is_foreign &&
         layer.size <= kMaxPayload;
}

Result<PublicKey> parse_key(const std::string& pem) {
  auto key = PublicKey::parse(pem);
  if (key) return key;
  return fail(key.error().code(), "the key to verify images with: " + key.error().message());
}

}  // namespace

bool is_payload_of(std::string_view payload, const Digest& image) {
  auto document = json::parse(payload);
  if (!document) return false;
  const auto* critical = member(&*document, "critical");
  const auto* digest = member(member(critical, "image"), "docker-manifest-digest");
  return is_text(digest, image.text()) && is_text(member(critical, "type"), kSignatureType);
}

Task<void> verify_signature(RegistrySession& session, Digest image, std::string key,
                            PullLimits limits) {
  CO_ASSIGN_OR_RETURN(auto signer, parse_key(key));
  std::string tag = fmt::format("sha256-{}.sig", image.hex());
  CO_ASSIGN_OR_RETURN(auto found, co_await find_document(session, tag, limits));
  if (!found) {
    co_return fail(ErrorCode::ImageUnsigned, fmt::format("the image {} is not signed, and a "
                                                         "signature is asked for",
                                                         image.text()));
  }
  CO_ASSIGN_OR_RETURN(auto document, parse_image_document(found->bytes, found->content_type));
  const auto* manifest = std::get_if<ImageManifest>(&document);
  if (manifest == nullptr) co_return invalid(image, "its signature is no manifest");
  if (manifest->layers.size() > kMaxSignatures) co_return invalid(image, "too many signatures");
  const OnBytes untold;
  for (const Descriptor& layer : manifest->layers) {
    auto signature = base64_decode(layer.signature);
    if (!is_signature(layer) || !signature) continue;
    CO_ASSIGN_OR_RETURN(auto payload, co_await download_blob(session, layer, untold));
    bool is_signed = signer.verifies(payload, *signature) && is_payload_of(payload, image);
    if (is_signed) co_return Result<void>{};
  }
  co_return invalid(image, "no signature of it is by that key");
}

}  // namespace rockpool::registry
