#include "base/digest.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace rockpool {
namespace {

constexpr std::string_view kPrefix = "sha256:";
constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) {
  auto position = kHexDigits.find(c);
  return position == std::string_view::npos ? -1 : static_cast<int>(position);
}

}  // namespace

Digest Digest::of(std::string_view bytes) {
  Digester digester;
  digester.add(bytes);
  return digester.finish();
}

Result<Digest> Digest::parse(std::string_view text) {
  Bytes bytes{};
  bool fits = text.starts_with(kPrefix) && text.size() == kPrefix.size() + 2 * bytes.size();
  for (std::size_t i = 0; fits && i < bytes.size(); ++i) {
    int high = hex_value(text[kPrefix.size() + 2 * i]);
    int low = hex_value(text[kPrefix.size() + 2 * i + 1]);
    fits = high >= 0 && low >= 0;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (!fits) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is no digest: write sha256: and 64 lower-case hex digits",
                            text.substr(0, 80)));
  }
  return Digest(bytes);
}

std::string Digest::hex() const {
  return to_hex({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

Digester::Digester() : context_(EVP_MD_CTX_new()) {
  CHECK(context_ != nullptr);
  CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Digester::~Digester() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Digester::add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}

Digest Digester::finish() {
  Digest::Bytes bytes{};
  CHECK(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), bytes.data(), nullptr) == 1);
  return Digest(bytes);
}

Digest::Bytes hmac_sha256(std::string_view key, std::string_view message) {
  Digest::Bytes bytes{};
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(message.data());
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, message.size(),
             bytes.data(), &size) != nullptr);
  return bytes;
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

}  // namespace rockpool
