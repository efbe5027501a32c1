#include "base/public_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "base/check.h"

namespace rockpool {
namespace {

constexpr std::string_view kCurve = "prime256v1";

const unsigned char* as_octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool is_on_curve(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) return false;
  return std::string_view(name.data(), size) == kCurve;
}

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view pem) {
  // OpenSSL makes no reader of nothing.
  if (pem.empty()) return fail(ErrorCode::InvalidArgument, "it holds no public key in PEM");
  std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  CHECK(text != nullptr);
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr),
                                EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) {
    return fail(ErrorCode::InvalidArgument, "it holds no public key in PEM");
  }
  if (!is_on_curve(key.get())) {
    return fail(ErrorCode::InvalidArgument, "the key is not of ECDSA on the curve P-256");
  }
  return PublicKey(std::move(key));
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  CHECK(context != nullptr);
  CHECK(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  int outcome = EVP_DigestVerify(context.get(), as_octets(signature), signature.size(),
                                 as_octets(message), message.size());
  ERR_clear_error();
  return outcome == 1;
}

}  // namespace rockpool
