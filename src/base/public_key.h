#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

// OpenSSL's, kept out of the header.
struct evp_pkey_st;

namespace rockpool {

// A key that tells who signed something: ECDSA on the curve P-256, with SHA-256.
class PublicKey {
 public:
  // The text of a PEM file, "-----BEGIN PUBLIC KEY-----". Fails with invalid-argument.
  static Result<PublicKey> parse(std::string_view pem);

  // Whether the key's owner signed `message`. `signature` is in DER.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // copies share it; it never changes
};

}  // namespace rockpool
