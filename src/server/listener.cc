#include "server/listener.h"

#include <utility>

namespace rockpool::server {

Result<std::shared_ptr<http::TlsCertificate>> load_certificate(const manifest::TlsFiles& files) {
  if (!files.is_set()) return std::shared_ptr<http::TlsCertificate>();
  return http::TlsCertificate::load(files.certificate, files.key);
}

Result<std::unique_ptr<http::Server>> listen(const std::string& address, std::string_view flag,
                                             async::Reactors& reactors, http::Handler& handler,
                                             http::ServerOptions options) {
  auto server = http::make_server(address, reactors, handler, std::move(options));
  if (server) return server;
  const auto& error = server.error();
  return fail(error.code(), error.message() + "; give another address with " + std::string(flag),
              error.detail());
}

}  // namespace rockpool::server
