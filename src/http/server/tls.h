#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

// OpenSSL's, kept out of the header.
struct ssl_ctx_st;

namespace rockpool::http {

// A server's certificate chain and key. TLS 1.2 and later, ALPN http/1.1. Callable from any thread.
class TlsCertificate {
 public:
  // PEM files. Fails with invalid-argument, naming the file, if one can't be read or they do not
  // belong together.
  static Result<std::shared_ptr<TlsCertificate>> load(std::string certificate_file,
                                                      std::string key_file);

  // Reads the files again. New connections use what they hold; on failure the old certificate
  // stays.
  Result<void> reload();
  // For the connections: what is in force now.
  std::shared_ptr<ssl_ctx_st> context() const;

 private:
  TlsCertificate(std::string certificate_file, std::string key_file);

  std::string certificate_file_;
  std::string key_file_;
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace rockpool::http
