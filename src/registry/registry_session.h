#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "async/task.h"
#include "base/clock.h"
#include "http/client/client.h"
#include "registry/access/access.h"
#include "registry/access/authorization.h"

namespace rockpool::registry {

struct RegistryRequest {
  std::string method = "GET";
  // Below the repository, "manifests/latest", or what a Location field gave.
  std::string target;
  http::FieldList fields = {};
  std::string body = {};
};

// The conversation with one repository of one registry: finds out whether it speaks TLS, answers
// its challenges, follows redirects and tries again what may pass. Used on one thread.
class RegistrySession {
 public:
  struct Options {
    std::string host;
    Scope scope;
    Access access;
    SteadyTime deadline;
  };

  explicit RegistrySession(Options options);

  const std::string& host() const { return options_.host; }
  SteadyTime deadline() const { return options_.deadline; }

  // An answer of any status. Reading requests are repeated, with growing pauses, if the registry is
  // busy or the connection fails. Fails with unavailable, timeout or registry-error.
  Task<std::unique_ptr<http::ResponseReader>> open(RegistryRequest request);
  // The same with the whole body, `max_bytes` at most.
  Task<http::ClientResponse> fetch(RegistryRequest request, std::uint64_t max_bytes);

  // Waits before attempt `attempt` (0 for the first repetition), `at_least` long; false if there is
  // no time left for it, or the caller is cancelled.
  Task<bool> pause(int attempt, std::chrono::milliseconds at_least = {});

 private:
  Task<std::unique_ptr<http::ResponseReader>> open_authorized(const RegistryRequest& request);
  Task<std::unique_ptr<http::ResponseReader>> follow(const RegistryRequest& request);
  Task<void> find_base();
  Task<void> ping(const http::Url& server);
  Result<http::ClientRequest> to_http(const RegistryRequest& request) const;
  // The next hop; none if the answer is no redirect.
  Result<std::optional<http::ClientRequest>> redirected(const http::ClientRequest& request,
                                                        const http::ClientResponse& head) const;

  const Options options_;
  http::Client client_;
  std::optional<http::Url> base_;  // scheme and host, once known
  std::string authorization_;
};

// The rest of an answer. Fails with registry-error if it is longer.
Task<std::string> read_rest(http::ResponseReader& reader, std::uint64_t max_bytes,
                            SteadyTime deadline);

}  // namespace rockpool::registry
