#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/module/inspection.h"

namespace rockpool::engine {

// What guests may import.
struct Offers {
  std::span<const std::string_view> core;        // "module.name"
  std::span<const std::string_view> interfaces;  // "ns:pkg/interface@version"
};

// What another function's module gives under the name `import`; all outlives the call.
struct LinkedExports {
  std::string_view import;
  std::string_view function;
  const Inspection* inspection = nullptr;
};

// As missing_imports(inspection), with what linked modules give; those win over the server.
std::vector<MissingImport> missing_imports(const Inspection& inspection,
                                           std::span<const LinkedExports> linked);

// The same for other offers than this server's.
std::vector<MissingImport> missing_imports(const Inspection& inspection, const Offers& offers,
                                           std::span<const LinkedExports> linked = {});

// Whether Wasmtime links an import of one interface to the other: the same name with a version that
// is compatible by semver; pre-releases only with themselves.
bool links_to(std::string_view wanted, std::string_view offered);

}  // namespace rockpool::engine
