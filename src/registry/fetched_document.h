#pragma once

#include <optional>
#include <string>

#include "async/task.h"
#include "base/digest.h"
#include "registry/images/pull_limits.h"
#include "registry/registry_session.h"

namespace rockpool::registry {

// A manifest or index as the registry gave it.
struct FetchedDocument {
  std::string bytes;
  std::string content_type;
  Digest digest;  // of `bytes`
};

// What a tag or digest names in the session's repository. Fails with registry-error if the bytes
// are not those of `expected`, or of the digest that the registry itself tells.
//
// `session` outlives the task.
Task<FetchedDocument> fetch_document(RegistrySession& session, std::string name,
                                     std::optional<Digest> expected, PullLimits limits);
// The same; none if there is nothing of that name.
Task<std::optional<FetchedDocument>> find_document(RegistrySession& session, std::string name,
                                                   PullLimits limits);

}  // namespace rockpool::registry
