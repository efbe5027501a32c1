#include "http/server/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <string_view>

namespace rockpool::http {
namespace {

using Context = std::shared_ptr<SSL_CTX>;

constexpr std::array<unsigned char, 9> kProtocols = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::string last_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

std::unexpected<Error> refused(const std::string& file, std::string_view what) {
  return fail(ErrorCode::InvalidArgument, file + " " + std::string(what), last_error());
}

// Refuses clients that offer protocols of which we speak none (RFC 7301 section 3.2).
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* selected = nullptr;
  int outcome = SSL_select_next_proto(&selected, chosen_size, kProtocols.data(), kProtocols.size(),
                                      offered, offered_size);
  *chosen = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<Context> load_context(const std::string& certificate_file, const std::string& key_file) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return refused(certificate_file, "could not be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return refused(certificate_file, "holds no PEM certificate that can be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return refused(key_file, "holds no PEM key that can be read and fits the certificate");
  }
  return context;
}

}  // namespace

TlsCertificate::TlsCertificate(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

Result<std::shared_ptr<TlsCertificate>> TlsCertificate::load(std::string certificate_file,
                                                             std::string key_file) {
  std::shared_ptr<TlsCertificate> certificate(
      new TlsCertificate(std::move(certificate_file), std::move(key_file)));
  RETURN_IF_ERROR(certificate->reload());
  return certificate;
}

Result<void> TlsCertificate::reload() {
  ASSIGN_OR_RETURN(Context fresh, load_context(certificate_file_, key_file_));
  std::lock_guard lock(mutex_);
  context_ = std::move(fresh);
  return {};
}

std::shared_ptr<ssl_ctx_st> TlsCertificate::context() const {
  std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace rockpool::http
