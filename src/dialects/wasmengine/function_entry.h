#pragma once

#include <span>
#include <string>

#include "dialects/wasmengine/requests.h"
#include "engine/module/inspection.h"
#include "json/value.h"
#include "platform/functions/function.h"
#include "registry/images/image_reference.h"

namespace rockpool::dialects::wasmengine {

// A function as this API knows it.
struct FunctionEntry {
  std::string function_name;
  std::string image;  // as it was asked for
  bool wasi_cap = false;
};

// Of a function that this dialect made.
FunctionEntry entry_of(const platform::Function& function);

// The image, which is named without oci://. Without a host it is one of Docker Hub. Fails with
// invalid-argument.
Result<registry::ImageReference> image_of(std::string_view function_image);

// How the function of that request is deployed: a change of settings, and what must be true of the
// module, which else is no-entry-point.
json::Value settings_patch(const DeployRequest& request);
Result<void> check_module(const DeployRequest& request, const engine::Inspection& module);

// The messages of the calls that list and query.
std::string list_text(std::span<const FunctionEntry> entries);
std::string query_text(const FunctionEntry& entry);

}  // namespace rockpool::dialects::wasmengine
