#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/syntax/message.h"
#include "web/access/token_file.h"

namespace rockpool::web {

// Decides who may speak to the control listener.
//
// Without tokens everybody on this machine is trusted, browsers included, so a page that was
// loaded from elsewhere must be told apart: by its Origin, and, where its name was rebound to a
// loopback address, by its Host. With tokens no browser holds one unasked, so any Host will do.
class ControlGuard {
 public:
  // `tokens` may be null and outlives the guard. `own_hosts` are names beside the loopback ones.
  ControlGuard(const TokenFile* tokens, std::vector<std::string> own_hosts);

  // Fails with host-unknown or origin-denied. For every request.
  Result<void> check_browser(const http::Request& request) const;
  // Fails with unauthorized. For requests that tell or change anything.
  Result<void> check_token(const http::Request& request) const;

 private:
  bool is_own_host(std::string_view host) const;

  const TokenFile* tokens_;
  std::vector<std::string> own_hosts_;
};

// Whether `host` (with or without brackets, without a port) is localhost or a loopback address.
bool is_loopback_host(std::string_view host);

// "example.test" of "example.test:8090", "::1" of "[::1]:8090".
std::string_view host_without_port(std::string_view authority);

}  // namespace rockpool::web
