#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rockpool {

// The SHA-256 of some bytes; written `sha256:HEX`.
class Digest {
 public:
  using Bytes = std::array<std::uint8_t, 32>;

  explicit Digest(Bytes bytes) : bytes_(bytes) {}
  static Digest of(std::string_view bytes);
  // Takes `sha256:` and 64 lower-case hex digits. Fails with invalid-argument.
  static Result<Digest> parse(std::string_view text);

  const Bytes& bytes() const { return bytes_; }
  std::string hex() const;
  std::string text() const { return "sha256:" + hex(); }
  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  Bytes bytes_;
};

// SHA-256 of bytes that come in pieces.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void add(std::string_view bytes);
  // Once, after the last add().
  Digest finish();

 private:
  void* context_;  // EVP_MD_CTX, kept out of the header
};

// HMAC-SHA-256 (RFC 2104).
Digest::Bytes hmac_sha256(std::string_view key, std::string_view message);
// In constant time for equal lengths.
bool equal_secrets(std::string_view a, std::string_view b);
// Cryptographically strong.
std::string random_bytes(std::size_t count);
std::string to_hex(std::string_view bytes);

}  // namespace rockpool

template <>
struct std::hash<rockpool::Digest> {
  std::size_t operator()(const rockpool::Digest& digest) const {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(digest.bytes().data()), digest.bytes().size()});
  }
};
