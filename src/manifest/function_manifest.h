#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/function_name.h"
#include "base/result.h"
#include "platform/functions/function_settings.h"
#include "registry/images/image_reference.h"

namespace rockpool::manifest {

// Where a function's module comes from: a file (relative to the manifest), a stored module, a
// sample that is built in, or an image in a registry.
struct ModulePath {
  std::string path;
  friend bool operator==(const ModulePath&, const ModulePath&) = default;
};
struct SampleName {
  std::string name;  // without '@'
  friend bool operator==(const SampleName&, const SampleName&) = default;
};
using ModuleReference = std::variant<ModulePath, SampleName, Digest, registry::ImageReference>;

// "hello.wasm", "@hello", "sha256:…" or "oci://…". Fails with invalid-argument.
Result<ModuleReference> parse_module_reference(std::string_view text);

// One [function.NAME] table of a rockpool.toml.
struct FunctionEntry {
  FunctionName name;
  ModuleReference module;
  platform::FunctionSettings settings;
  int line = 0;  // where its table begins
};

// The functions of a rockpool.toml, in its order. `source` names the file in errors. Fails with
// invalid-argument, unknown-field (with the nearest known name) or name-invalid; the message begins
// with "SOURCE:LINE: ".
Result<std::vector<FunctionEntry>> parse_manifest(std::string_view text, std::string_view source);

}  // namespace rockpool::manifest
