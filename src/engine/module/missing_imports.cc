#include "engine/module/missing_imports.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/units.h"
#include "bridge/bridge.h"
#include "engine/module/import_advice.h"

namespace rockpool::engine {
namespace {

// Looking for the nearest name costs time for each; nobody reads more of them.
constexpr std::size_t kMostWithNearest = 50;
// No offered name is longer.
constexpr std::size_t kComparedBytes = 64;

struct VersionedName {
  std::string_view name;
  std::string_view version;
};

VersionedName split(std::string_view interface) {
  std::size_t at = interface.find('@');
  if (at == std::string_view::npos) return {interface, {}};
  return {interface.substr(0, at), interface.substr(at + 1)};
}

// The part of a version that compatible versions share: "1" of 1.2.3, "0.2" of 0.2.3. Empty for
// 0.0.x, pre-releases and what is no version: these are compatible with themselves only.
std::string_view compatibility_track(std::string_view version) {
  std::string_view numbers = version.substr(0, version.find('+'));
  std::size_t first_dot = numbers.find('.');
  if (first_dot == std::string_view::npos || numbers.contains('-')) return {};
  if (numbers.substr(0, first_dot) != "0") return numbers.substr(0, first_dot);
  std::size_t second_dot = numbers.find('.', first_dot + 1);
  if (second_dot == std::string_view::npos) return {};
  std::string_view minor = numbers.substr(first_dot + 1, second_dot - first_dot - 1);
  return minor == "0" ? std::string_view() : numbers.substr(0, second_dot);
}

std::string core_name(const Import& import) {
  return import.module + "." + import.name;
}

bool is_offered(BinaryKind kind, const Import& import, const Offers& offers) {
  if (kind == BinaryKind::CoreModule) {
    return import.type.starts_with("func") &&
           std::ranges::find(offers.core, core_name(import)) != offers.core.end();
  }
  // A type that is imported by itself is bound to what an interface offers.
  if (import.type == "type") return true;
  return import.type == "instance" &&
         std::ranges::any_of(offers.interfaces, [&](std::string_view offered) {
           return links_to(import.module, offered);
         });
}

// The same function of another module first: "wasi_unstable.fd_write" means WASI's fd_write.
std::string_view nearest_core(const Import& import, std::span<const std::string_view> offered) {
  std::string same_field = "." + import.name;
  auto found = std::ranges::find_if(
      offered, [&](std::string_view candidate) { return candidate.ends_with(same_field); });
  if (found != offered.end()) return *found;
  std::string wanted = core_name(import);
  return nearest(std::string_view(wanted).substr(0, kComparedBytes), offered);
}

// The same interface of another version first.
std::string_view nearest_interface(const Import& import,
                                   std::span<const std::string_view> offered) {
  std::string_view wanted = split(import.module).name;
  auto found = std::ranges::find_if(
      offered, [&](std::string_view candidate) { return split(candidate).name == wanted; });
  if (found != offered.end()) return *found;
  return nearest(std::string_view(import.module).substr(0, kComparedBytes), offered);
}

const LinkedExports* find_linked(const Import& import, std::span<const LinkedExports> linked) {
  auto found = std::ranges::find(linked, import.module, &LinkedExports::import);
  return found == linked.end() ? nullptr : &*found;
}

const Export* find_export(const Import& import, const LinkedExports& linked) {
  const auto& exports = linked.inspection->exports;
  const auto& name = import.name.empty() ? import.module : import.name;
  auto found = std::ranges::find(exports, name, &Export::name);
  return found == exports.end() ? nullptr : &*found;
}

// Why the linked module does not give the import.
MissingImport missing_from(const Import& import, const LinkedExports& linked) {
  if (const Export* exported = find_export(import, linked)) {
    return {import, exported->name,
            fmt::format("The function '{}' exports it as {}, it is imported as {}.",
                        linked.function, exported->type, import.type)};
  }
  std::vector<std::string_view> names;
  for (const Export& exported : linked.inspection->exports) names.push_back(exported.name);
  return {import, std::string(nearest(import.name, names)),
          fmt::format("The function '{}', which '{}' is linked to, exports nothing of that name.",
                      linked.function, linked.import)};
}

}  // namespace

bool links_to(std::string_view wanted, std::string_view offered) {
  if (wanted == offered) return true;
  auto [wanted_name, wanted_version] = split(wanted);
  auto [offered_name, offered_version] = split(offered);
  std::string_view track = compatibility_track(wanted_version);
  return wanted_name == offered_name && !track.empty() &&
         track == compatibility_track(offered_version);
}

std::vector<MissingImport> missing_imports(const Inspection& inspection, const Offers& offers,
                                           std::span<const LinkedExports> linked) {
  std::vector<MissingImport> missing;
  for (const Import& import : inspection.imports) {
    const LinkedExports* link = find_linked(import, linked);
    const Export* exported = link == nullptr ? nullptr : find_export(import, *link);
    if (exported != nullptr && exported->type == import.type) continue;
    if (exported != nullptr) {
      missing.push_back(missing_from(import, *link));
      continue;
    }
    if (is_offered(inspection.kind, import, offers)) continue;
    if (link != nullptr) {
      missing.push_back(missing_from(import, *link));
      continue;
    }
    MissingImport one{import, {}, import_advice(inspection.kind, import)};
    if (missing.size() < kMostWithNearest) {
      one.nearest = inspection.kind == BinaryKind::Component
                        ? nearest_interface(import, offers.interfaces)
                        : nearest_core(import, offers.core);
    }
    missing.push_back(std::move(one));
  }
  return missing;
}

std::vector<MissingImport> missing_imports(const Inspection& inspection) {
  return missing_imports(inspection, std::span<const LinkedExports>());
}

std::vector<MissingImport> missing_imports(const Inspection& inspection,
                                           std::span<const LinkedExports> linked) {
  auto views = [](const rust::Vec<rust::String>& names) {
    std::vector<std::string_view> all;
    all.reserve(names.size());
    for (const rust::String& name : names) all.emplace_back(name.data(), name.size());
    return all;
  };
  auto core_names = bridge::offered_core();
  auto interface_names = bridge::offered_interfaces();
  auto core = views(core_names);
  auto interfaces = views(interface_names);
  return missing_imports(inspection, Offers{core, interfaces}, linked);
}

}  // namespace rockpool::engine
