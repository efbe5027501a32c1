#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/function_name.h"
#include "cli/control_client.h"
#include "cli/deploys/image_access.h"
#include "json/value.h"
#include "manifest/function_manifest.h"

namespace rockpool::cli {

// One function as the command line asks for it.
struct DeployRequest {
  manifest::ModuleReference module;
  FunctionName name;
  json::Value settings;  // a merge patch of what was given; null: nothing, what is live stays
  bool dry_run = false;
  ImageAccess images = {};
};

// Deploys it and gives the function's object. Fails as the server says.
Result<json::Value> deploy(const ControlClient& client, const DeployRequest& request,
                           const OnProgress& on_progress);

// Stores the bytes that are here and gives their reference, "sha256:…"; of what the server has or
// fetches by itself, its own.
Result<std::string> store_module(const ControlClient& client,
                                 const manifest::ModuleReference& module, const ImageAccess& images,
                                 const OnProgress& on_progress);

}  // namespace rockpool::cli
