#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "async/reactor.h"
#include "base/result.h"
#include "http/server/server.h"
#include "http/server/tls.h"
#include "manifest/server_settings.h"

namespace rockpool::server {

// Null if no files are set.
Result<std::shared_ptr<http::TlsCertificate>> load_certificate(const manifest::TlsFiles& files);

// Listens on `address`; where that fails, the error names the flag to change.
Result<std::unique_ptr<http::Server>> listen(const std::string& address, std::string_view flag,
                                             async::Reactors& reactors, http::Handler& handler,
                                             http::ServerOptions options);

}  // namespace rockpool::server
