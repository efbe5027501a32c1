#pragma once

#include <string>
#include <vector>

#include "async/task.h"
#include "base/clock.h"
#include "http/client/client.h"
#include "registry/access/access.h"
#include "registry/access/challenge.h"

namespace rockpool::registry {

// What is to be done with a repository.
struct Scope {
  std::string repository;
  std::string actions;  // "pull", "pull,push"

  // "repository:team/hello:pull"
  std::string text() const;
};

// Answers a registry's challenges: gives the value of an Authorization field, empty if the
// credentials allow none. Fails with registry-error if the token service refuses or would hear the
// credentials without TLS.
//
// `client`, `registry` and `access` outlive the task.
Task<std::string> authorize(http::Client& client, const http::Url& registry, const Access& access,
                            std::vector<Challenge> challenges, Scope scope, SteadyTime deadline);

}  // namespace rockpool::registry
