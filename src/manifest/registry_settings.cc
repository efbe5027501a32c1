#include "manifest/registry_settings.h"

#include <fmt/format.h>

#include <utility>

#include "http/syntax/url.h"
#include "json/object_reader.h"

namespace rockpool::manifest {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<void> check_host(const std::string& host) {
  auto url = http::parse_url("https://" + host);
  if (url && url->target == "/" && !host.ends_with('/')) return {};
  return wrong(fmt::format("'{}' is no registry: write registry.\"HOST\" or \"HOST:PORT\"", host));
}

Result<RegistrySettings> settings_from(const json::Value& table) {
  RegistrySettings settings;
  ASSIGN_OR_RETURN(auto reader, json::ObjectReader::open(table));
  const std::pair<const char*, std::string RegistrySettings::*> texts[] = {
      {"username", &RegistrySettings::username},
      {"password-file", &RegistrySettings::password_file},
      {"password-env", &RegistrySettings::password_env},
      {"ca-file", &RegistrySettings::ca_file},
      {"verify-key", &RegistrySettings::verify_key}};
  for (const auto& [name, field] : texts) {
    ASSIGN_OR_RETURN(auto text, reader.optional<std::string>(name));
    settings.*field = std::move(text).value_or("");
  }
  ASSIGN_OR_RETURN(auto insecure, reader.optional<bool>("insecure"));
  settings.insecure = insecure.value_or(false);
  RETURN_IF_ERROR(reader.finish());
  bool has_password = !settings.password_file.empty() || !settings.password_env.empty();
  if (has_password == settings.username.empty()) {
    return wrong("username goes together with password-file or password-env");
  }
  return settings;
}

}  // namespace

Result<void> check_registries(const TomlEntry& tables, std::string_view source) {
  auto refused = [source](int line, const Error& error) {
    return std::unexpected(at_line(source, line, error));
  };
  if (!tables.value.is_object()) {
    return refused(tables.line, wrong("'registry' must hold tables: [registry.\"HOST\"]").error());
  }
  for (const TomlEntry& table : tables.children) {
    if (auto host = check_host(table.key); !host) return refused(table.line, host.error());
    if (auto settings = settings_from(table.value); !settings) {
      return refused(table.line, settings.error());
    }
  }
  return {};
}

Result<RegistriesByHost> registries_from(const json::Value& tables) {
  RegistriesByHost registries;
  if (!tables.is_object()) return wrong("registry: must hold a table for each host");
  for (const auto& [host, table] : tables.items()) {
    RETURN_IF_ERROR(check_host(host));
    auto settings = settings_from(table);
    if (!settings) {
      const Error& error = settings.error();
      return fail(error.code(), fmt::format("registry.\"{}\": {}", host, error.message()));
    }
    registries[host] = *std::move(settings);
  }
  return registries;
}

}  // namespace rockpool::manifest
