#pragma once

#include <string>
#include <vector>

#include "cli/control_client.h"
#include "cli/deploys/image_access.h"
#include "json/value.h"
#include "manifest/function_manifest.h"

namespace rockpool::cli {

// The functions of one rockpool.toml.
struct ManifestDeployment {
  std::string file;  // modules are relative to its folder
  std::vector<manifest::FunctionEntry> entries;
  bool prune = false;  // delete what the manifest does not name; dialects' functions stay
  bool dry_run = false;
  ImageAccess images = {};
};

// Deploys all of them or none, in one call; gives {"functions": […], "effects": {…}} in the
// manifest's order.
Result<json::Value> deploy_manifest(const ControlClient& client,
                                    const ManifestDeployment& deployment,
                                    const OnProgress& on_progress);

}  // namespace rockpool::cli
