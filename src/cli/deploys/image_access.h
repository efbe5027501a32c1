#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/control_client.h"
#include "cli/session.h"
#include "registry/access/access.h"
#include "registry/access/docker_config.h"
#include "registry/images/image_reference.h"

namespace rockpool::cli {

// Who fetches images: the server as it is set up, or this command with the user's credentials.
enum class PullBy : std::uint8_t { Server, Client };

// How images are reached.
struct ImageAccess {
  PullBy by = PullBy::Server;
  std::vector<std::string> insecure_registries = {};  // from here
  std::string verify_key = {};                        // PEM; empty: signatures are not looked at
  registry::GetVariable variable = {};
};

ImageAccess image_access_of(const Session& session);

// As docker's config.json says. Fails as that and its helpers do.
Result<registry::Access> access_from_here(const ImageAccess& images, const std::string& host);

// The module of an image, fetched from here. Fails as registry::pull() does.
Result<std::string> pull_image(const ImageAccess& images, const registry::ImageReference& image,
                               const OnProgress& on_progress);

}  // namespace rockpool::cli
