#include "engine/module/detect.h"

#include <algorithm>
#include <string_view>

namespace rockpool::engine {
namespace {

const Export* find_export(const Inspection& inspection, std::string_view name) {
  auto found = std::ranges::find(inspection.exports, name, &Export::name);
  return found == inspection.exports.end() ? nullptr : &*found;
}

bool exports_function(const Inspection& inspection, std::string_view name) {
  const Export* found = find_export(inspection, name);
  return found != nullptr && found->type.starts_with("func");
}

// "wasi:cli/run@0.2.3" for the prefix "wasi:cli/run@0.2.".
bool exports_interface(const Inspection& inspection, std::string_view prefix) {
  return std::ranges::any_of(inspection.exports, [&](const Export& item) {
    return item.type == "instance" && item.name.starts_with(prefix);
  });
}

bool is_http(const Inspection& inspection) {
  return inspection.kind == BinaryKind::Component &&
         exports_interface(inspection, "wasi:http/incoming-handler@0.2.");
}

bool is_cgi(const Inspection& inspection) {
  if (inspection.kind == BinaryKind::Component)
    return exports_interface(inspection, "wasi:cli/run@0.2.");
  const Export* start = find_export(inspection, "_start");
  return start != nullptr && start->type == "func ()";
}

bool is_waverless(const Inspection& inspection) {
  return inspection.kind == BinaryKind::CoreModule &&
         std::ranges::any_of(inspection.imports, [](const Import& import) {
           return import.module == "env" && import.name.starts_with("kv_");
         });
}

bool is_edge(const Inspection& inspection) {
  return inspection.kind == BinaryKind::CoreModule &&
         exports_function(inspection, "canonical_abi_realloc");
}

bool has_callable(const Inspection& inspection, Abi abi) {
  return std::ranges::any_of(inspection.typed_exports, [abi](const TypedExport& function) {
    return is_callable(function, abi);
  });
}

bool is_json(const Inspection& inspection) {
  const Export* memory = find_export(inspection, "memory");
  const Export* heap = find_export(inspection, "__heap_base");
  return inspection.kind == BinaryKind::CoreModule && memory != nullptr &&
         memory->type == "memory" && heap != nullptr && heap->type == "global i32" &&
         has_callable(inspection, Abi::Json);
}

bool fits(Abi abi, const Inspection& inspection) {
  switch (abi) {
    case Abi::Http:
      return is_http(inspection);
    case Abi::Cgi:
    case Abi::Argv:
      return is_cgi(inspection);
    case Abi::Waverless:
      return is_waverless(inspection);
    case Abi::Edge:
      return is_edge(inspection);
    case Abi::Json:
      return is_json(inspection);
    case Abi::Typed:
      return has_callable(inspection, abi);
  }
  return false;
}

}  // namespace

std::vector<Abi> detect_abis(const Inspection& inspection) {
  std::vector<Abi> fitting;
  std::ranges::copy_if(all_abis(), std::back_inserter(fitting),
                       [&](Abi abi) { return fits(abi, inspection); });
  return fitting;
}

}  // namespace rockpool::engine
