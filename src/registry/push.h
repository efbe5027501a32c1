#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/clock.h"
#include "base/digest.h"
#include "registry/access/access.h"
#include "registry/images/image_reference.h"

namespace rockpool::registry {

// A module as the artifact of the CNCF tells of it.
struct PushedModule {
  std::string wasm;
  std::string title = {};  // its file's name
  bool is_component = false;
  // Of a component: the interfaces of its world.
  std::vector<std::string> imports = {};
  std::vector<std::string> exports = {};
};

struct PushOrder {
  ImageReference image;
  PushedModule module;
  Access access;
  WallTime created;
  SteadyTime deadline;
};

// Puts a module into a registry, under its tag: application/wasm beside an
// application/vnd.wasm.config.v0+json. Gives the manifest's digest. Blobs that are there already
// are not sent again. Fails with registry-error, or invalid-argument if the reference names a
// digest or a file.
Task<Digest> push(PushOrder order);

// The documents of that artifact.
std::string artifact_config(const PushedModule& module, const Digest& layer, WallTime created);
std::string artifact_manifest(const PushedModule& module, std::string_view config);

}  // namespace rockpool::registry
